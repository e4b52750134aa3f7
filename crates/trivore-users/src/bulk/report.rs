//! What a bulk run has done.

use super::progress::BulkProgress;

/// What a bulk run has done so far, and what it has not begun.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BulkReport {
    /// How many items had which outcome.
    pub progress: BulkProgress,
    /// Why the run stopped early.
    pub stopped: Option<BulkStop>,
    /// Numbers of the items that were read and have not begun, in ascending order.
    ///
    /// They waited for others with their key, or could not be recorded; of the former, there are no
    /// more than the run [reads ahead](crate::Bulk::key).
    pub waiting: Vec<u64>,
    /// Number of the first item that is [held](BulkProgress::held).
    pub held_from: Option<u64>,
    /// Number of the first item that was not read; `None` if all were.
    pub unread_from: Option<u64>,
    /// How many items were not read; `None` if the input does not know its length.
    pub unread: Option<u64>,
}

/// Why a bulk run began no more items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BulkStop {
    /// There were too many [failures](crate::BulkOptions::max_failures), or too large a
    /// [share](crate::BulkOptions::max_failure_share) of them.
    Failures,
    /// It was told to, by [`BulkHandle::stop`](crate::BulkHandle::stop) or
    /// [`Bulk::stop_when`](crate::Bulk::stop_when).
    Signal,
    /// Its [time](crate::BulkOptions::time_limit) was over.
    TimeLimit,
    /// The input or the journal failed; the run's last item is the error.
    Error,
}

impl BulkReport {
    /// Returns the number of the first item that has not begun; `None` if all have.
    ///
    /// All items before it have begun or were skipped.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, BulkOptions, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let options = BulkOptions::new().concurrency(1).max_failures(0);
    /// let refuse = |_: u32| async { Err::<(), _>(Error::input("no")) };
    /// let mut run = Bulk::new(refuse).options(options).run(0..10);
    /// while run.try_next().await?.is_some() {}
    ///
    /// assert_eq!(run.report().not_begun_from(), Some(1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn not_begun_from(&self) -> Option<u64> {
        let first = self.waiting.first().copied();
        [first, self.held_from, self.unread_from].into_iter().flatten().min()
    }

    /// Returns how many items have not begun; `None` if the input does not know its length.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, BulkOptions, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let options = BulkOptions::new().concurrency(1).max_failures(0);
    /// let refuse = |_: u32| async { Err::<(), _>(Error::input("no")) };
    /// let mut run = Bulk::new(refuse).options(options).run(0..10);
    /// while run.try_next().await?.is_some() {}
    ///
    /// assert_eq!(run.report().not_begun(), Some(9));
    /// # Ok(())
    /// # }
    /// ```
    pub fn not_begun(&self) -> Option<u64> {
        let waiting = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        self.unread.map(|unread| unread.saturating_add(waiting).saturating_add(self.progress.held))
    }
}
