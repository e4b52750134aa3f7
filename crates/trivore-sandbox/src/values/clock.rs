//! The clock of the sandbox: real or standing time, plus an offset that tests increase.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// A clock based on tokio's, so that pausing tokio's time also pauses this clock.
#[derive(Clone)]
pub(crate) struct Clock {
    start: Timestamp,
    /// When the clock began to run; `None` if it stands.
    began: Option<Instant>,
    offset: Duration,
}

impl Clock {
    pub(crate) fn new(start: Option<SystemTime>) -> Self {
        let start = start.and_then(|time| Timestamp::try_from(time).ok());
        Self {
            start: start.unwrap_or_else(Timestamp::now),
            began: Some(Instant::now()),
            offset: Duration::ZERO,
        }
    }

    /// Creates a clock that moves only when it is advanced.
    pub(crate) fn standing(at: SystemTime) -> Self {
        let start = Timestamp::try_from(at).unwrap_or(Timestamp::MAX);
        Self { start, began: None, offset: Duration::ZERO }
    }

    /// Stops the clock, until it runs again or is advanced.
    pub(crate) fn freeze(&mut self) {
        if let Some(began) = self.began.take() {
            self.start = after(self.start, began.elapsed());
        }
    }

    /// Lets the clock run from where it stands.
    pub(crate) fn resume(&mut self) {
        self.began.get_or_insert_with(Instant::now);
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.began.is_none()
    }

    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = self.began.map_or(Duration::ZERO, |began| began.elapsed());
        after(self.start, elapsed.saturating_add(self.offset))
    }

    /// Returns by how much the clock was advanced.
    pub(crate) fn offset(&self) -> Duration {
        self.offset
    }

    pub(crate) fn set_offset(&mut self, offset: Duration) {
        self.offset = offset;
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.offset = self.offset.saturating_add(by);
    }
}

/// Returns `time` plus `by`, or the maximum on overflow.
pub(crate) fn after(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Returns `time` plus a number of days, or the maximum on overflow.
pub(crate) fn days_after(time: Timestamp, days: u64) -> Timestamp {
    after(time, Duration::from_secs(days.saturating_mul(24 * 60 * 60)))
}

/// Formats a time as the service does: UTC, milliseconds, `Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Formats a time as in HTTP headers.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_are_in_gmt_with_two_digits() {
        let time = Timestamp::from_millisecond(784_111_777_999).unwrap();
        assert_eq!(http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn writes_milliseconds_and_z() {
        let time = Timestamp::from_millisecond(1_666_777_182_195).unwrap();
        assert_eq!(iso(time), "2022-10-26T09:39:42.195Z");
        assert_eq!(iso(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn never_runs_past_the_end_of_time() {
        assert_eq!(after(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
        assert_eq!(days_after(Timestamp::UNIX_EPOCH, u64::MAX), Timestamp::MAX);
    }
}
