//! How many items of a bulk run run at the same time, and when it stops.

use std::time::Duration;

use super::progress::BulkProgress;

/// How many items of a bulk run run at the same time, and when it stops.
///
/// A run that stops begins no more items; those that run end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "options do nothing until they are used"]
pub struct BulkOptions {
    pub(super) concurrency: usize,
    pub(super) time_limit: Option<Duration>,
    pub(super) repeats_refused: bool,
    max_failures: Option<u64>,
    max_failure_share: Option<FailureShare>,
}

/// A share of failures, of at least so many items.
#[derive(Clone, Copy, Debug, PartialEq)]
struct FailureShare {
    share: f64,
    at_least: u64,
}

impl BulkOptions {
    /// Allows eight concurrent items, and never stops early.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// assert_eq!(BulkOptions::new(), BulkOptions::new().concurrency(8));
    /// ```
    pub fn new() -> Self {
        Self {
            concurrency: 8,
            time_limit: None,
            repeats_refused: false,
            max_failures: None,
            max_failure_share: None,
        }
    }

    /// Limits the number of concurrent items; zero counts as one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// let one_by_one = BulkOptions::new().concurrency(1);
    ///
    /// assert_eq!(BulkOptions::new().concurrency(0), one_by_one);
    /// ```
    pub fn concurrency(mut self, items: usize) -> Self {
        self.concurrency = items.max(1);
        self
    }

    /// Stops when more items than this were refused or have an unknown outcome.
    ///
    /// Only what this run has called counts. An item that an earlier run has left unknown, and that
    /// still is, counts if this run has called its operation again, or if its look-up panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// let at_the_first_failure = BulkOptions::new().max_failures(0);
    /// # let _ = at_the_first_failure;
    /// ```
    pub fn max_failures(mut self, items: u64) -> Self {
        self.max_failures = Some(items);
        self
    }

    /// Stops when a larger share of the items than this was refused or has an unknown outcome.
    ///
    /// The share is between 0 and 1, of the items that have an outcome. It counts once there are
    /// `at_least` of them. Items of an earlier run count as for
    /// [`max_failures`](Self::max_failures).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// let five_percent = BulkOptions::new().max_failure_share(0.05, 200);
    /// # let _ = five_percent;
    /// ```
    pub fn max_failure_share(mut self, share: f64, at_least: u64) -> Self {
        self.max_failure_share = Some(FailureShare { share, at_least });
        self
    }

    /// Stops after this time, from the first poll of the run.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore_users::BulkOptions;
    ///
    /// let one_night = BulkOptions::new().time_limit(Duration::from_secs(8 * 60 * 60));
    /// # let _ = one_night;
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Also repeats items that were refused in an earlier run, by the journal.
    ///
    /// By default, they are skipped, because an item that the server has refused would usually be
    /// refused again. Set it after the server's rules or data have changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::BulkOptions;
    ///
    /// let again = BulkOptions::new().repeat_refused();
    /// # let _ = again;
    /// ```
    pub fn repeat_refused(mut self) -> Self {
        self.repeats_refused = true;
        self
    }

    /// Checks the share of failures.
    pub(super) fn validate(&self) -> Result<(), &'static str> {
        match self.max_failure_share {
            Some(FailureShare { share, .. }) if !(0.0..=1.0).contains(&share) => {
                Err("a share of failures is between 0 and 1")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn has_too_many_failures(&self, progress: &BulkProgress) -> bool {
        let (failed, finished) = (progress.refused + progress.unknown, progress.finished());
        let is_share_exceeded = |limit: FailureShare| {
            finished >= limit.at_least && progress.failure_share() > limit.share
        };
        self.max_failures.is_some_and(|limit| failed > limit)
            || self.max_failure_share.is_some_and(is_share_exceeded)
    }

    /// Returns how many items may wait for others with their key.
    pub(super) fn most_waiting(&self) -> usize {
        self.concurrency.saturating_mul(16).max(1024)
    }
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self::new()
    }
}
