//! How far a bulk run is.

use std::time::Duration;

/// How far a bulk run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Items that were done.
    pub done: u64,
    /// Items that were refused.
    pub refused: u64,
    /// Items whose outcome is unknown, with those of an earlier run that still are.
    pub unknown: u64,
    /// Items that an earlier run has settled, by the journal.
    pub skipped: u64,
    /// Items that this run does not begin, because an earlier one with their key [may run
    /// again](crate::Bulk::journal) in a later run.
    pub held: u64,
    /// Items that are running now.
    pub running: u64,
    /// Items that have not begun and are not held; `None` if the input does not know its length.
    pub waiting: Option<u64>,
    /// Time from the first poll to now, or to the end of the run.
    pub elapsed: Duration,
}

impl BulkProgress {
    /// Returns the number of items that have an outcome, without those that were skipped.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkProgress;
    ///
    /// let mut progress = BulkProgress::default();
    /// progress.done = 90;
    /// progress.refused = 10;
    ///
    /// assert_eq!(progress.finished(), 100);
    /// ```
    pub fn finished(&self) -> u64 {
        self.done.saturating_add(self.refused).saturating_add(self.unknown)
    }

    /// Returns how many items got an outcome a second, on average since the start.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_users::BulkProgress;
    ///
    /// let mut progress = BulkProgress::default();
    /// progress.done = 100;
    /// progress.elapsed = Duration::from_secs(5);
    ///
    /// assert_eq!(progress.rate(), 20.0);
    /// ```
    pub fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { as_float(self.finished()) / seconds } else { 0.0 }
    }

    /// Returns the share of the items with an outcome that were refused or are unknown.
    pub(super) fn failure_share(&self) -> f64 {
        as_float(self.refused.saturating_add(self.unknown)) / as_float(self.finished().max(1))
    }

    /// Returns how long the rest will take at this rate; `None` if that is not known.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_users::BulkProgress;
    ///
    /// let mut progress = BulkProgress::default();
    /// (progress.done, progress.waiting) = (100, Some(300));
    /// progress.elapsed = Duration::from_secs(5);
    ///
    /// assert_eq!(progress.time_left(), Some(Duration::from_secs(15)));
    /// ```
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.waiting?.saturating_add(self.running);
        let rate = Some(self.rate()).filter(|rate| *rate > 0.0)?;
        Duration::try_from_secs_f64(as_float(left) / rate).ok()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of items is far below 2^53")]
fn as_float(count: u64) -> f64 {
    count as f64
}
