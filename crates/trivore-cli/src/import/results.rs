//! What became of a row.

use trivore::Error;
use trivore::models::{User, UserId};

use crate::failure::Failure;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RowOutcome {
    Created,
    Updated,
    Unchanged,
    Skipped,
    /// The service refused it, and would again.
    Refused,
    /// It was not applied for a reason that may pass, such as an outage.
    Failed,
    Unknown,
    /// It was not sent.
    NotBegun,
    /// An earlier run has done it, and kept no results.
    Done,
}

impl RowOutcome {
    /// Returns the outcome of a row that failed, as the journal records it.
    pub(super) fn of(error: &Error) -> Self {
        let is_about_the_row = match error.status() {
            Some(status) => status.is_client_error() && !PASSING.contains(&status.as_u16()),
            None => error.is_invalid_input(),
        };
        if error.may_have_been_applied() {
            Self::Unknown
        } else if is_about_the_row {
            Self::Refused
        } else {
            Self::Failed
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotBegun => "not_begun",
            Self::Done => "done",
        }
    }
}

/// What became of a row, and of which user.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Imported {
    pub(super) outcome: RowOutcome,
    pub(super) id: Option<UserId>,
}

impl Imported {
    pub(super) fn new(outcome: RowOutcome, user: &User) -> Self {
        Self { outcome, id: user.id.clone() }
    }
}

/// A line of the file with results.
#[derive(Clone, Debug)]
pub(super) struct ResultLine {
    pub(super) row: u64,
    pub(super) key: String,
    pub(super) outcome: RowOutcome,
    pub(super) id: Option<UserId>,
    pub(super) message: String,
}

impl ResultLine {
    pub(super) fn done(row: u64, key: &str, imported: &Imported) -> Self {
        let Imported { outcome, id } = imported.clone();
        Self { row, key: key.to_owned(), outcome, id, message: String::new() }
    }

    pub(super) fn failed(row: u64, key: &str, error: &Error) -> Self {
        let (outcome, message) = (RowOutcome::of(error), Failure::of(error).message().to_owned());
        Self { row, key: key.to_owned(), outcome, id: None, message }
    }
}

/// Statuses that are about the client or the service rather than the row.
const PASSING: [u16; 8] = [401, 403, 407, 408, 421, 425, 429, 499];
