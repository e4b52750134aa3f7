//! One record of a journal.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// What a journal says about an item at some point.
///
/// `Debug` leaves out the key.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// Position of the item in the input, from 0.
    pub number: u64,
    /// The item's key.
    pub key: Arc<str>,
    /// What happened.
    pub state: RecordedState,
    /// When it happened, by the clock of the machine; for [`RecordedState::Begun`], before its
    /// request left.
    pub time: SystemTime,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordedState {
    /// Its request may leave from now on. Without a later record, its outcome is unknown.
    Begun,
    /// It was applied.
    Done,
    /// It was certainly not applied, and would be refused again: the input is invalid, or the
    /// server rejected it with a 4xx status other than 401, 403, 407, 408, 421, 425, 429 and 499.
    Refused,
    /// It was certainly not applied, for another reason, and is tried again on resume.
    NotApplied,
    /// It may have been applied.
    Unknown,
}

impl RecordedState {
    /// Whether the item may have been applied, but that is not certain.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Begun | Self::Unknown)
    }
}

impl fmt::Debug for JournalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalRecord")
            .field("number", &self.number)
            .field("state", &self.state)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}
