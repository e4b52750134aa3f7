//! Runs a bulk run to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use trivore::users::{BulkItem, BulkOutcome, BulkReport, BulkRun};
use trivore::{Error, Result};

/// What a run has yielded, and its report.
pub(super) struct Ended<T> {
    pub(super) items: Vec<BulkItem<T>>,
    pub(super) error: Option<Error>,
    pub(super) report: BulkReport,
}

impl<T> Ended<T> {
    /// Returns the numbers with this kind of outcome, in ascending order.
    pub(super) fn numbers(&self, is_it: impl Fn(&BulkOutcome<T>) -> bool) -> Vec<u64> {
        let items = self.items.iter().filter(|item| is_it(&item.outcome));
        let mut numbers: Vec<_> = items.map(|item| item.number).collect();
        numbers.sort_unstable();
        numbers
    }

    pub(super) fn done(&self) -> Vec<u64> {
        self.numbers(|outcome| matches!(outcome, BulkOutcome::Done(_)))
    }

    pub(super) fn refused(&self) -> Vec<u64> {
        self.numbers(|outcome| matches!(outcome, BulkOutcome::Refused(_)))
    }

    pub(super) fn unknown(&self) -> Vec<u64> {
        self.numbers(|outcome| matches!(outcome, BulkOutcome::Unknown(_)))
    }
}

/// Polls a run to its end.
pub(super) async fn end<I, T>(mut run: BulkRun<'_, I, T>) -> Ended<T>
where
    I: Send + 'static,
    T: Send + 'static,
{
    let (mut items, mut error) = (Vec::new(), None);
    while let Some(next) = run.next().await {
        match next {
            Ok(item) => items.push(item),
            Err(failed) => assert!(error.replace(failed).is_none(), "a second error"),
        }
    }
    assert!(run.next().await.is_none(), "the run goes on after its end");
    Ended { items, error, report: run.report() }
}

/// Counts what runs at the same time, and its maximum.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<(AtomicUsize, AtomicUsize)>);

/// Counts until it is dropped.
pub(super) struct Entered(InFlight);

impl InFlight {
    pub(super) fn enter(&self) -> Entered {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
        Entered(self.clone())
    }

    pub(super) fn now(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    pub(super) fn most(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// An error after which the item may have been applied.
pub(super) fn lost<T>() -> Result<T> {
    Err(Error::after_sending("the response was lost"))
}

/// An error of the caller's, before anything was sent.
pub(super) fn refused<T>() -> Result<T> {
    Err(Error::input("no"))
}
