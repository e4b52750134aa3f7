//! Runs the changes of a plan after it was checked and confirmed.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use trivore::Error;
use trivore::users::{Bulk, BulkItem, BulkOptions, BulkOutcome, BulkRun, BulkStop};

use super::applier::{Applied, Applier};
use super::apply_summary::{ApplySummary, FailedChange};
use super::created_without_key::CreatedWithoutKey;
use super::partly_applied::PartlyApplied;
use super::plan_journal;
use super::planned_item::PlannedItem;
use super::running_changes::{RunningChange, RunningChanges};
use super::stale_user::StaleUser;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;
use crate::known_secrets::without_secrets;
use crate::locked_journal::LockedJournal;
use crate::plan::{PlanSummary, SpooledLines};
use crate::progress::ProgressDisplay;

/// A plan that was checked and confirmed.
pub(super) struct ApplyRun<'a> {
    pub(super) context: &'a Context,
    pub(super) applier: Applier,
    pub(super) summary: PlanSummary,
    pub(super) changes: SpooledLines,
    pub(super) journal: &'a Path,
    pub(super) options: BulkOptions,
    pub(super) concurrency: usize,
}

impl ApplyRun<'_> {
    pub(super) async fn run(self, locked: LockedJournal) -> Result<ApplySummary, Failure> {
        let Self { context, applier, summary, mut changes, journal, options, concurrency } = self;
        let total = summary.changes();
        let display = ProgressDisplay::new(context, "changes", Some(total));
        let interrupt = listen(context, &display);
        let running = RunningChanges::new(applier.key.clone(), context.global.show_secrets);
        changes.restart()?;
        let items = std::iter::from_fn(move || {
            let next = PlannedItem::next(&mut changes);
            next.map_err(|failure| Error::input(failure.message().to_owned())).transpose()
        });
        if let Err(failure) = restore(context, &applier).await {
            locked.remove_if_empty();
            return Err(failure);
        }
        let (recorder, _earlier) = locked.into_parts();
        let (asking, begun, resumed) = (applier.clone(), running.clone(), running.clone());
        let progress = display.clone();
        let bulk = Bulk::new(move |item: PlannedItem| {
            begun.add(&item);
            applier.clone().apply(item)
        });
        let run = bulk
            .reconcile(move |item, _started_ago| {
                resumed.add(&item);
                asking.clone().look_up(item)
            })
            .key(|item| item.journal_key.clone())
            .journal(recorder)
            .stop_when(interrupt.first())
            .on_progress(BETWEEN_PROGRESS, move |state| progress.show(&state))
            .options(options.repeat_refused())
            .run_stream(stream::iter(items));
        let outcomes = Outcomes { context, journal, display, running, total, concurrency };
        let summary = outcomes.collect(run, &interrupt).await;
        outcomes.display.finish();
        Ok(summary)
    }
}

/// Collects the outcomes of a run.
struct Outcomes<'a> {
    context: &'a Context,
    journal: &'a Path,
    display: ProgressDisplay,
    running: RunningChanges,
    total: u64,
    concurrency: usize,
}

impl Outcomes<'_> {
    async fn collect(
        &self,
        mut run: BulkRun<'_, PlannedItem, Applied>,
        interrupt: &Interrupt,
    ) -> ApplySummary {
        let mut summary = ApplySummary::default();
        let (handle, mut outages) = (run.handle(), 0);
        loop {
            let item = match interrupt.unless_stopped(run.next()).await {
                None => {
                    summary.interrupted = true;
                    break;
                }
                Some(None) => break,
                Some(Some(item)) => item,
            };
            let item = match item {
                Ok(item) => item,
                Err(error) => {
                    let failure = plan_journal::USER.run_failure(Some(self.journal), &error);
                    summary.hopeless.get_or_insert(failure);
                    continue;
                }
            };
            let Some(failure) = self.count(&mut summary, item) else {
                outages = 0;
                continue;
            };
            let is_outage = failure.kind() == FailureKind::Unavailable;
            outages = if is_outage { outages + 1 } else { 0 };
            if failure.kind() == FailureKind::Configuration || outages > 2 * self.concurrency {
                summary.hopeless.get_or_insert(failure);
                handle.stop();
            }
        }
        let report = run.report();
        let was_told_to_stop = report.stopped == Some(BulkStop::Signal);
        summary.interrupted |= was_told_to_stop && summary.hopeless.is_none();
        summary.already_done += report.progress.skipped;
        summary.unknown += report.progress.running;
        let settled = summary.applied() + summary.already_done + summary.failed();
        summary.not_begun = self.total.saturating_sub(settled);
        summary
    }

    /// Counts an outcome; tells and returns why a change failed.
    fn count(&self, summary: &mut ApplySummary, item: BulkItem<Applied>) -> Option<Failure> {
        let RunningChange { verb, name, identity } =
            self.running.take(item.key.as_deref().unwrap_or_default());
        let (what, failure) = match item.outcome {
            BulkOutcome::Done(Applied::WithoutKey(without_key)) => {
                summary.in_part += 1;
                ("applied in part", Failure::new(FailureKind::Partial, without_key.to_string()))
            }
            BulkOutcome::Done(Applied::Before) => {
                summary.already_done += 1;
                return None;
            }
            BulkOutcome::Done(Applied::Done) => {
                match verb {
                    "create" => summary.created += 1,
                    "delete" => summary.deleted += 1,
                    _ => summary.changed += 1,
                }
                return None;
            }
            BulkOutcome::Refused(error) if PartlyApplied::is_cause_of(&error) => {
                summary.in_part += 1;
                ("applied in part", Failure::new(FailureKind::Partial, error_text(&error)))
            }
            BulkOutcome::Refused(error) if StaleUser::is_cause_of(&error) => {
                summary.stale += 1;
                ("not applied", Failure::new(FailureKind::Refused, error_text(&error)))
            }
            BulkOutcome::Refused(error) => {
                summary.refused += 1;
                ("not applied", error.into())
            }
            BulkOutcome::Unknown(error) => {
                summary.unknown += 1;
                let (is_told, failure) = (CreatedWithoutKey::is_cause_of(&error), error.into());
                let failure = match identity {
                    Some(key) if !is_told => unidentified(&failure, &key),
                    _ => failure,
                };
                ("unknown", failure)
            }
        };
        let message = failure.message().to_owned();
        if summary.failures.len() < MOST_TOLD {
            self.display.suspend(|| {
                // An error that nobody can read is no reason to stop.
                let _ = writeln!(anstream::stderr(), "{what}: {verb} {name}: {message}");
            });
        } else if summary.failures.len() == MOST_TOLD {
            self.display.suspend(|| self.context.tell("Further failures are only counted."));
        }
        let operation = if verb == "change" { "update" } else { verb };
        summary.add_failure(FailedChange { operation, key: name, outcome: what, message });
        Some(failure)
    }
}

/// Restores the fields of a user that the service cleared before an earlier run was stopped.
async fn restore(context: &Context, applier: &Applier) -> Result<(), Failure> {
    let mut probe = applier.unnamed_fields.lock().await;
    probe.load()?;
    if let Some((id, fields)) = probe.settle().await? {
        let fields = fields.join(", ");
        context.tell(format_args!(
            "The service had cleared {fields} of the user {id} when the earlier run was stopped; \
             they are restored."
        ));
    }
    Ok(())
}

fn listen(context: &Context, display: &ProgressDisplay) -> Interrupt {
    let (display, is_quiet) = (display.clone(), context.global.quiet);
    Interrupt::listen(move || {
        if !is_quiet {
            // A message that nobody can read is no reason to fail.
            display.suspend(|| drop(writeln!(anstream::stderr(), "{INTERRUPTED}")));
        }
    })
}

/// Says what to do about a user without user name that may have been created.
fn unidentified(failure: &Failure, key: &str) -> Failure {
    let message = format!(
        "{}; without a user name, only its {key} tells whether the user was created: look for the \
         user before you make a new plan",
        failure.message()
    );
    Failure::new(failure.kind(), message)
}

fn error_text(error: &Error) -> String {
    without_secrets(&match error.get_ref() {
        Some(cause) => cause.to_string(),
        None => error.to_string(),
    })
}

const INTERRUPTED: &str =
    "Interrupted: changes that were sent are finished. Interrupt again to stop at once.";

/// How many failures are told one by one.
const MOST_TOLD: usize = 50;

const BETWEEN_PROGRESS: Duration = Duration::from_millis(200);
