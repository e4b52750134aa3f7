//! What is done with one item.

use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use trivore_transport::{Error, Result};

use super::item::BulkOutcome;
use crate::instant::local_time;
use crate::reconcile::Reconciled;

/// What became of an item.
pub(super) struct Finished<T> {
    pub(super) outcome: BulkOutcome<T>,
    /// Whether this run has called the operation.
    pub(super) was_called: bool,
}

type Act<I, T> = Box<dyn Fn(I) -> BoxFuture<'static, Result<T>> + Send + Sync>;

/// What is done with each item.
pub(super) struct Steps<I, T> {
    operation: Act<I, T>,
    reconcile: Option<LookUp<I, T>>,
}

struct LookUp<I, T> {
    ask: Act<(I, Duration), Reconciled<T>>,
    copy: fn(&I) -> I,
}

impl<I: Send, T: Send> Steps<I, T> {
    pub(super) fn new<F>(operation: impl Fn(I) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Self { operation: Box::new(move |item| Box::pin(operation(item))), reconcile: None }
    }

    pub(super) fn reconcile<F>(&mut self, ask: impl Fn(I, Duration) -> F + Send + Sync + 'static)
    where
        I: Clone,
        F: Future<Output = Result<Reconciled<T>>> + Send + 'static,
    {
        let ask: Act<(I, Duration), Reconciled<T>> =
            Box::new(move |(item, started_ago)| Box::pin(ask(item, started_ago)));
        self.reconcile = Some(LookUp { ask, copy: I::clone });
    }

    /// Whether an item whose outcome is unknown may run again.
    pub(super) fn may_repeat(&self) -> bool {
        self.reconcile.is_some()
    }

    /// Does what is to be done with an item; `open_since` is when an earlier run has begun it, if its
    /// outcome is unknown.
    pub(super) async fn run(&self, item: I, open_since: Option<SystemTime>) -> Finished<T> {
        let mut was_called = open_since.is_none();
        let outcome = self.outcome(item, open_since, &mut was_called).await;
        Finished { outcome, was_called }
    }

    async fn outcome(
        &self,
        item: I,
        open_since: Option<SystemTime>,
        was_called: &mut bool,
    ) -> BulkOutcome<T> {
        let Some(reconcile) = &self.reconcile else {
            if open_since.is_some() {
                return BulkOutcome::Unknown(earlier());
            }
            return (self.operation)(item).await.into();
        };
        let (earlier_ago, start) = (open_since.map_or(Duration::ZERO, ago), Instant::now());
        let mut repetitions = 0;
        let mut outcome = if open_since.is_some() {
            BulkOutcome::Unknown(earlier())
        } else {
            (self.operation)((reconcile.copy)(&item)).await.into()
        };
        loop {
            let (error, is_refusal) = match outcome {
                BulkOutcome::Unknown(error) => (error, false),
                // Perhaps because an earlier attempt was applied after all.
                BulkOutcome::Refused(error) if repetitions > 0 => (error, true),
                BulkOutcome::Done(_) | BulkOutcome::Refused(_) => return outcome,
            };
            let started_ago = earlier_ago.saturating_add(start.elapsed());
            match (reconcile.ask)(((reconcile.copy)(&item), started_ago)).await {
                Ok(Reconciled::Applied(value)) => return BulkOutcome::Done(value),
                Ok(Reconciled::NotApplied) if is_refusal => return BulkOutcome::Refused(error),
                Ok(Reconciled::NotApplied) if repetitions < MAX_REPETITIONS => {}
                Ok(Reconciled::NotApplied | Reconciled::Unknown) => {
                    let error = if is_refusal { Error::after_sending(error) } else { error };
                    return BulkOutcome::Unknown(error);
                }
                Err(failed) => return BulkOutcome::Unknown(Error::after_sending(failed)),
            }
            repetitions += 1;
            *was_called = true;
            outcome = (self.operation)((reconcile.copy)(&item)).await.into();
        }
    }
}

/// Returns how long ago a time was; the longest time if the clock was set back, so that nothing
/// counts as older than the request.
fn ago(time: SystemTime) -> Duration {
    local_time().duration_since(time).unwrap_or(Duration::MAX)
}

/// Makes the error of an item that an earlier run has begun.
fn earlier() -> Error {
    Error::after_sending("an earlier run has begun this item, and its outcome is unknown")
}

/// How often a run repeats an item that was certainly not applied.
const MAX_REPETITIONS: usize = 3;
