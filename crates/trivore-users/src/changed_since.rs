//! Lists of what changed since an earlier list.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use trivore_models::{Filter, Timestamp};
use trivore_transport::{Error, Result};

use crate::instant::{from_millis, local_time, to_millis};

/// By which time users are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SinceField {
    Created,
    Modified,
}

impl SinceField {
    fn attribute(self) -> &'static str {
        match self {
            Self::Created => "createdDate",
            Self::Modified => "lastModifiedDate",
        }
    }

    /// Returns the time of a row, in milliseconds since 1970; `None` if it is no instant.
    pub(crate) fn millis(
        self,
        created: Option<&Timestamp>,
        modified: Option<&Timestamp>,
    ) -> Option<i64> {
        let time = match self {
            Self::Created => created,
            Self::Modified => modified,
        };
        time.and_then(to_millis)
    }
}

/// A list of what changed since a time, and the time from which the next one must list.
///
/// That is a time, by the clock of the service, at which this list had not begun: what changes
/// later may be missing in it. A row that is received `t` after the list began was changed at
/// most `t` after that, so its time less `t` is before the list began. No other clock is needed.
#[derive(Debug)]
pub(crate) struct ChangedSince {
    field: SinceField,
    since: i64,
    latest: Option<i64>,
    began: Option<Began>,
    /// Whether an earlier stream began the list, so that its beginning is not known.
    is_resumed: bool,
}

/// When a list began.
#[derive(Clone, Copy, Debug)]
struct Began {
    at: Instant,
    /// By the clock of this machine. It only limits times of rows that are in the future.
    millis: i64,
}

impl ChangedSince {
    pub(crate) fn new(field: SinceField, since: &Timestamp) -> Result<Self> {
        let since = to_millis(since)
            .ok_or_else(|| Error::input("the time is not ISO 8601 with a time zone"))?;
        Ok(Self { field, since, latest: None, began: None, is_resumed: false })
    }

    /// Returns what the rows must match.
    pub(crate) fn filter(&self) -> Filter {
        let overlap = i64::try_from(SINCE_OVERLAP.as_millis()).unwrap_or(i64::MAX);
        Filter::ge(self.field.attribute(), from_millis(self.since.saturating_sub(overlap)))
    }

    pub(crate) fn resume(&mut self, next: Option<&Timestamp>) {
        self.latest = next.and_then(to_millis);
        self.is_resumed = true;
    }

    /// Notes that a request is about to be sent.
    pub(crate) fn begin(&mut self) {
        self.began.get_or_insert_with(|| Began { at: Instant::now(), millis: now() });
    }

    pub(crate) fn field(&self) -> SinceField {
        self.field
    }

    /// Notes the latest time of a page.
    pub(crate) fn note(&mut self, time: Option<i64>) {
        if let (false, Some(time), Some(began)) = (self.is_resumed, time, self.began) {
            let elapsed = began.at.elapsed().as_millis().saturating_add(1);
            let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
            let time = time.saturating_sub(elapsed).min(began.millis);
            self.latest = self.latest.max(Some(time));
        }
    }

    /// Returns the time from which the next list must list.
    pub(crate) fn next(&self) -> Timestamp {
        from_millis(self.latest.map_or(self.since, |latest| latest.max(self.since)))
    }
}

/// How much earlier than asked for a list of changes begins.
pub(crate) const SINCE_OVERLAP: Duration = Duration::from_secs(5 * 60);

/// Returns the time by the clock of this machine. It only lowers a time, which is safe.
fn now() -> i64 {
    let since_1970 = local_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}
