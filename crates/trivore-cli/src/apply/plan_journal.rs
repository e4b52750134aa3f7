//! The journal of an application of a plan.

use std::path::{Path, PathBuf};

use clap::Args;

use super::planned_item::PlannedItem;
use crate::failure::Failure;
use crate::journal::{self, JournalUser};
use crate::locked_journal::LockedJournal;
use crate::plan::SpooledLines;

/// Which journal a run has, and what becomes of an earlier run that it records.
#[derive(Args)]
pub(super) struct JournalOptions {
    /// Record what was sent in this file [default: FILE.journal].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Go on with the run that the journal records.
    #[arg(long)]
    pub(super) resume: bool,
    /// Begin anew, and forget what the journal records.
    #[arg(long, conflicts_with = "resume")]
    restart: bool,
}

impl JournalOptions {
    /// Returns the path of the journal, which has to exist if the run is resumed.
    pub(super) fn path(&self, plan: &Path) -> Result<PathBuf, Failure> {
        let path = self.journal.clone().unwrap_or_else(|| journal::beside(plan));
        if self.resume && !path.exists() {
            return Err(journal::missing(&path, ""));
        }
        Ok(path)
    }

    /// Opens a journal, and checks that the run of a plan may begin with it.
    pub(super) async fn open(
        &self,
        path: &Path,
        total: u64,
        changes: &mut SpooledLines,
    ) -> Result<LockedJournal, Failure> {
        let mut locked = LockedJournal::open(path, total, &USER).await?;
        if self.restart || locked.earlier.is_empty() {
            return Ok(locked);
        }
        let is_of_plan = is_of_plan(&mut locked, total, changes)?;
        if !self.resume {
            check_finished(&locked, is_of_plan)?;
        } else if !is_of_plan {
            let message = format!("the journal {} is not that of this plan", path.display());
            return Err(Failure::usage(message).note(USER.advice));
        }
        Ok(locked)
    }
}

/// Whether a journal has no other changes than a plan.
fn is_of_plan(
    locked: &mut LockedJournal,
    total: u64,
    changes: &mut SpooledLines,
) -> Result<bool, Failure> {
    if locked.earlier.of_item(total.saturating_add(1)).is_some() {
        return Ok(false);
    }
    changes.restart()?;
    for number in 1..=total {
        let Some(item) = PlannedItem::next(changes)? else { break };
        if locked.earlier.check_key(number, &item.journal_key).is_err() {
            changes.restart()?;
            return Ok(false);
        }
    }
    changes.restart()?;
    Ok(true)
}

/// Checks that nothing of an earlier run is forgotten if its journal is replaced.
fn check_finished(locked: &LockedJournal, is_of_plan: bool) -> Result<(), Failure> {
    let (done, open) = (locked.earlier.done, locked.earlier.open);
    let saved = saved_user(locked.path());
    let has_saved_user = saved.exists();
    if !is_of_plan && open == 0 && !has_saved_user {
        return Ok(());
    }
    let of = if is_of_plan { "this plan" } else { "another plan" };
    let unknown = if open == 0 { String::new() } else { format!(" and {open} unknown") };
    let message =
        format!("{} has an earlier run of {of}: {done} done{unknown}", locked.path().display());
    let mut failure = Failure::usage(message);
    if has_saved_user {
        let saved = saved.display();
        failure = failure.note(format!("{saved} has a user who may have lost fields."));
    }
    let resume =
        if is_of_plan { "Go on with --resume." } else { "Go on with that plan and --resume." };
    let restart = "Or begin anew with --restart: users who are as planned already are not written \
                   again.";
    Err(failure.note(resume).note(restart))
}

/// Returns the path of a file beside a journal, for a user that may lose fields.
pub(super) fn saved_user(journal: &Path) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push(".user");
    path.into()
}

/// What messages say of the journal.
pub(super) const USER: JournalUser = JournalUser {
    run: "run",
    input: "this plan",
    advice: "Resume with the plan that was begun, or begin anew with --restart.",
};
