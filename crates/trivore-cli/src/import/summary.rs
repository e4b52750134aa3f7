//! What became of all rows.

use serde::Serialize;
use trivore::users::BulkStop;

use super::results::RowOutcome;
use crate::failure::{Failure, FailureKind};
use crate::plural::counted;

/// How many rows had which outcome in this run.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) rows: u64,
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) skipped: u64,
    pub(super) refused: u64,
    /// Rows that were not applied for a reason that may pass.
    pub(super) failed: u64,
    pub(super) unknown: u64,
    /// Rows that an earlier run has settled.
    pub(super) earlier: u64,
    /// Those of them that the service has refused.
    pub(super) earlier_refused: u64,
    pub(super) not_begun: u64,
    /// The first rows that failed, and why.
    #[serde(skip)]
    pub(super) failures: Vec<String>,
    /// Rows in succession that failed because of the service.
    #[serde(skip)]
    pub(super) outages: usize,
    /// Why the run ended early.
    #[serde(skip)]
    pub(super) stopped: Option<Stop>,
}

/// Why a run ended before its last row.
pub(super) enum Stop {
    Interrupted,
    /// There were more failures than allowed.
    Failures,
    /// All further rows would fail for the same reason.
    Hopeless(Failure),
}

impl Summary {
    pub(super) fn count(&mut self, outcome: RowOutcome) {
        let count = match outcome {
            RowOutcome::Created => &mut self.created,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Unchanged => &mut self.unchanged,
            RowOutcome::Skipped => &mut self.skipped,
            RowOutcome::Refused => &mut self.refused,
            RowOutcome::Failed => &mut self.failed,
            RowOutcome::Unknown => &mut self.unknown,
            RowOutcome::NotBegun => &mut self.not_begun,
            RowOutcome::Done => &mut self.earlier,
        };
        *count += 1;
    }

    /// Keeps why a row failed, if it is one of the first.
    pub(super) fn add_failure(&mut self, row: u64, key: &str, why: &str) {
        if self.failures.len() < MOST_FAILURES {
            self.failures.push(format!("row {row}, {}: {why}", key.escape_debug()));
        }
    }

    pub(super) fn stop(&mut self, stopped: Option<BulkStop>) {
        if self.stopped.is_none() {
            self.stopped = match stopped {
                Some(BulkStop::Signal) => Some(Stop::Interrupted),
                Some(BulkStop::Failures) => Some(Stop::Failures),
                _ => None,
            };
        }
    }

    /// Whether all rows are done.
    pub(super) fn is_complete(&self) -> bool {
        self.refused + self.earlier_refused + self.failed + self.unknown + self.not_begun == 0
    }

    /// Says in one line what was done.
    pub(super) fn text(&self) -> String {
        let settled = self.unchanged + self.skipped + self.earlier;
        format!(
            "{} created, {} updated, {settled} as they were, {} refused, {} failed, {} unknown, {} \
             not sent.",
            self.created, self.updated, self.refused, self.failed, self.unknown, self.not_begun
        )
    }

    /// Fails unless all rows are done.
    pub(super) fn check(self, next: &[String]) -> Result<(), Failure> {
        let mut facts = Vec::new();
        for (count, what) in [
            (self.refused, "refused"),
            (self.earlier_refused, "refused by earlier runs"),
            (self.failed, "failed"),
            (self.unknown, "unknown"),
            (self.not_begun, "not sent"),
        ] {
            if count > 0 {
                facts.push(format!("{count} {what}"));
            }
        }
        let (facts, rows) = (facts.join(", "), counted(self.rows, "row"));
        let mut failure = match self.stopped {
            // After an interrupt, all rows may have been finished.
            None | Some(Stop::Interrupted) if facts.is_empty() => return Ok(()),
            None => {
                let kind = if self.failed == self.rows {
                    FailureKind::Unavailable
                } else {
                    FailureKind::Partial
                };
                Failure::new(kind, format!("of {rows}: {facts}"))
            }
            Some(Stop::Interrupted) => {
                let message = format!("interrupted; of {rows}: {facts}");
                Failure::new(FailureKind::Interrupted, message)
            }
            Some(Stop::Failures) => {
                let message = format!("stopped after too many failures; of {rows}: {facts}");
                Failure::new(FailureKind::Partial, message)
            }
            Some(Stop::Hopeless(cause)) => {
                let cause = cause.of_run(self.created + self.updated + self.unknown > 0);
                if facts.is_empty() { cause } else { cause.note(format!("Of {rows}: {facts}.")) }
            }
        };
        let (shown, failed) = (self.failures.len(), self.refused + self.failed + self.unknown);
        for line in self.failures {
            failure = failure.note(line);
        }
        let rest = failed.saturating_sub(u64::try_from(shown).unwrap_or(failed));
        if rest > 0 {
            failure = failure.note(format!("and {rest} more"));
        }
        Err(next.iter().fold(failure, |failure, note| failure.note(note.as_str())))
    }
}

const MOST_FAILURES: usize = 10;
