//! `trivore apply`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::sync::Mutex;
use trivore::models::NamespaceCode;

use super::applier::Applier;
use super::apply_run::ApplyRun;
use super::plan_journal::{self, JournalOptions};
use super::unnamed_fields::{UnnamedFields, UnnamedFieldsProbe};
use crate::bulk_limits::{BulkLimits, rate};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::locked_journal::LockedJournal;
use crate::output::Format;
use crate::plan::{self, GroupNames, KeyField, PlanHeader, SpooledLines};

/// Applies a plan that `trivore plan` wrote.
///
/// It does exactly what the plan says. A user who was changed or deleted since the plan was made is
/// left as it is and reported, and the others go on; make a new plan for the rest. A user who is as
/// planned already is not written, so that applying a plan again changes nothing. Each user is read
/// just before it is written; the service has no locks, so a change in that moment can be
/// overwritten. New users get passwords that nobody knows.
///
/// A journal, FILE.journal, records what was sent, so that an interrupted run goes on with --resume.
/// It is removed when all was applied, and that of another plan is replaced if nothing is unknown.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore apply plan.json
  trivore apply plan.json --prune --max-deletes 5
  trivore apply plan.json --yes --rate 20 --resume")]
pub(crate) struct Apply {
    /// File of the plan.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Allow the plan to delete users; --max-deletes says how many.
    #[arg(long, requires = "max_deletes")]
    prune: bool,
    /// Allow at most this many deletions; a plan with more is not begun.
    #[arg(long, value_name = "NUMBER", requires = "prune")]
    max_deletes: Option<u64>,
    /// Apply this many changes at the same time.
    #[arg(long, value_name = "NUMBER", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=512))]
    concurrency: u16,
    /// Send at most this many requests a second.
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    rate: Option<f64>,
    /// Stop when more changes than this failed.
    #[arg(long, value_name = "NUMBER")]
    max_failures: Option<u64>,
    #[command(flatten)]
    journal: JournalOptions,
}

impl Apply {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (header, mut changes) = plan::read(&self.file)?;
        let invalid = |message: &str| {
            Failure::usage(format!("{} is not a valid plan: {message}", self.file.display()))
        };
        let key: KeyField = header.key.parse().map_err(invalid)?;
        let limits = self.limits();
        let connection = limits.connect(&context.global)?;
        self.check(&header, &connection)?;
        let journal = self.journal.path(&self.file)?;
        if header.summary.changes() == 0 {
            context.tell("Nothing to do: the plan has no changes.");
            return Ok(());
        }
        let locked = self.begin(context, &header, &key, &mut changes, &journal).await?;
        let (concurrency, options) = (limits.concurrency(), limits.options());
        let (users, service) = (connection.users().clone(), connection.address().to_owned());
        let saved = plan_journal::saved_user(&journal);
        let probe = UnnamedFieldsProbe::new(users.clone(), service, saved);
        let probe = Arc::new(Mutex::new(probe));
        let applier = Applier {
            users,
            namespace: NamespaceCode::from(header.namespace.as_str()),
            key,
            groups: Arc::default(),
            unnamed_fields: Arc::clone(&probe),
        };
        let journal = journal.as_path();
        let summary = header.summary;
        let run = ApplyRun { context, applier, summary, changes, journal, options, concurrency };
        let summary = run.run(locked).await?;
        if probe.lock().await.fields == UnnamedFields::Cleared {
            context.tell(
                "note: the service clears fields that a request does not name; they were restored, \
                 and complete users were sent",
            );
        }
        if context.output().format() != Format::Table {
            context.output().object(&summary)?;
        }
        context.tell(summary.text());
        // If another run uses it meanwhile, it is not removed.
        if summary.is_complete()
            && let Ok(locked) = LockedJournal::open(journal, 0, &plan_journal::USER).await
        {
            locked.remove();
        }
        let file = self.file.display();
        summary.check(&format!(
            "Go on with `trivore apply {file} --resume`; make a new plan for users who were changed."
        ))
    }

    /// Checks what can be checked before anything is sent.
    fn check(&self, header: &PlanHeader, connection: &Connection) -> Result<(), Failure> {
        if !header.service.eq_ignore_ascii_case(connection.address()) {
            let (planned, connected) = (&header.service, connection.address());
            let message = format!("the plan is for {planned}, and this is {connected}");
            return Err(Failure::usage(message).note("Nothing was sent. Select another profile."));
        }
        let deletes = header.summary.delete;
        if deletes > 0 && !self.prune {
            return Err(Failure::usage(format!("the plan deletes {deletes} users")).note(format!(
                "Allow it with --prune --max-deletes {deletes}. Nothing was sent."
            )));
        }
        match self.max_deletes {
            Some(most) if deletes > most => {
                let message =
                    format!("the plan deletes {deletes} users, and --max-deletes allows {most}");
                Err(Failure::usage(message).note("Nothing was sent."))
            }
            _ => Ok(()),
        }
    }

    /// Opens the journal, and asks whether the plan is to be applied.
    async fn begin(
        &self,
        context: &Context,
        header: &PlanHeader,
        key: &KeyField,
        changes: &mut SpooledLines,
        path: &Path,
    ) -> Result<LockedJournal, Failure> {
        let total = header.summary.changes();
        let earlier =
            if path.exists() { Some(self.journal.open(path, total, changes).await?) } else { None };
        self.confirm(context, header, key, changes)?;
        let locked = match earlier {
            Some(locked) => locked,
            None => self.journal.open(path, total, changes).await?,
        };
        if self.journal.resume { Ok(locked) } else { locked.replace().await }
    }

    fn confirm(
        &self,
        context: &Context,
        header: &PlanHeader,
        key: &KeyField,
        changes: &mut SpooledLines,
    ) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if context.is_interactive() {
            show(context, header, key, changes)
                .map_err(|error| Failure::io("cannot write to the terminal", error))?;
        }
        let (counts, namespace) = (plan::summary(&header.summary), &header.namespace);
        let question = format!("{counts}.\nApply it to {namespace} at {}?", header.service);
        if context.confirm(&question, "--yes")? {
            return Ok(());
        }
        Err(Failure::new(FailureKind::Other, "nothing was applied"))
    }

    fn limits(&self) -> BulkLimits {
        let Self { concurrency, rate, max_failures, .. } = *self;
        BulkLimits { concurrency, rate, max_failures }
    }
}

/// Shows the first changes of the plan.
fn show(
    context: &Context,
    header: &PlanHeader,
    key: &KeyField,
    changes: &mut SpooledLines,
) -> std::io::Result<()> {
    let (mut out, groups) = (anstream::stderr(), GroupNames::default());
    let mut left = MOST_SHOWN;
    let other = |failure: Failure| std::io::Error::other(failure.message().to_owned());
    while let Some(change) = changes.next().map_err(other)? {
        if left == 0 {
            writeln!(out, "... and others; `trivore plan` shows them all")?;
            break;
        }
        left -= 1;
        plan::write_change(&mut out, &change, key, &groups, context.global.show_secrets)?;
    }
    if let Some(text) = plan::new_groups(&header.unknown_groups, &groups) {
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// How many changes are shown before the question.
const MOST_SHOWN: usize = 100;
