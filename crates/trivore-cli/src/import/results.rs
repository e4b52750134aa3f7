//! What became of a row.

use trivore::models::{User, UserId};

use crate::failure::Failure;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RowOutcome {
    Created,
    Updated,
    Unchanged,
    Skipped,
    Refused,
    Unknown,
    /// It was not sent.
    NotBegun,
    /// An earlier run has done it, and kept no results.
    Done,
}

impl RowOutcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
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

    pub(super) fn failed(row: u64, key: &str, outcome: RowOutcome, why: &Failure) -> Self {
        Self { row, key: key.to_owned(), outcome, id: None, message: why.message().to_owned() }
    }
}
