//! What became of the changes of a plan.

use std::fmt::Write as _;

use serde::Serialize;

use crate::failure::{Failure, FailureKind};

/// How many changes had which outcome.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApplySummary {
    pub(super) created: u64,
    pub(super) changed: u64,
    pub(super) deleted: u64,
    /// Users who were as they were to be, also those of earlier runs.
    pub(super) already_done: u64,
    /// The users were changed since the plan was made; nothing was applied to them.
    pub(super) stale: u64,
    /// The service refused them; nothing was applied.
    pub(super) refused: u64,
    /// The service did not take over all fields.
    pub(super) in_part: u64,
    /// They may have been applied.
    pub(super) unknown: u64,
    pub(super) not_begun: u64,
    /// The first changes that failed.
    pub(super) failures: Vec<FailedChange>,
    #[serde(skip)]
    pub(super) interrupted: bool,
    /// Why the run stopped although there were further changes.
    #[serde(skip)]
    pub(super) hopeless: Option<Failure>,
}

/// A change that was not applied, or that may not have been.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FailedChange {
    pub(super) operation: &'static str,
    pub(super) key: String,
    pub(super) outcome: &'static str,
    pub(super) message: String,
}

impl ApplySummary {
    pub(super) fn add_failure(&mut self, failure: FailedChange) {
        if self.failures.len() < MOST_FAILURES {
            self.failures.push(failure);
        }
    }

    pub(super) fn applied(&self) -> u64 {
        self.created + self.changed + self.deleted
    }

    pub(super) fn failed(&self) -> u64 {
        self.stale + self.refused + self.in_part + self.unknown
    }

    /// Whether nothing of the plan is left to do.
    pub(super) fn is_complete(&self) -> bool {
        self.failed() == 0 && self.not_begun == 0
    }

    /// Says in one line what was done.
    pub(super) fn text(&self) -> String {
        if self.applied() == 0 && self.is_complete() {
            return format!(
                "Nothing to do: all {} users are as planned already.",
                self.already_done
            );
        }
        let Self { created, changed, deleted, .. } = self;
        let mut text = format!("{created} created, {changed} changed, {deleted} deleted");
        for (count, what) in [
            (self.already_done, "already as planned"),
            (self.stale, "not applied, because they were changed since"),
            (self.refused, "refused"),
            (self.in_part, "applied in part"),
            (self.unknown, "unknown"),
            (self.not_begun, "not begun"),
        ] {
            if count > 0 {
                // Text cannot fail to be written.
                let _ = write!(text, ", {count} {what}");
            }
        }
        text + "."
    }

    /// Fails if something of the plan is left to do.
    pub(super) fn check(self, next: &str) -> Result<(), Failure> {
        if self.is_complete() {
            return Ok(());
        }
        let is_partly_applied = self.applied() + self.in_part + self.unknown > 0;
        let failure = if self.interrupted {
            Failure::new(FailureKind::Interrupted, "interrupted")
        } else if let Some(failure) = self.hopeless {
            failure.of_run(is_partly_applied)
        } else {
            Failure::new(FailureKind::Partial, "the plan was not applied completely")
        };
        Err(failure.note(next))
    }
}

/// How many failures are told.
const MOST_FAILURES: usize = 1_000;
