//! What is done with one item.

use futures_util::future::BoxFuture;
use trivore_transport::{Error, Result};

use super::item::BulkOutcome;
use crate::reconcile::Reconciled;

type Act<I, T> = Box<dyn Fn(I) -> BoxFuture<'static, Result<T>> + Send + Sync>;

/// What is done with each item.
pub(super) struct Steps<I, T> {
    operation: Act<I, T>,
    reconcile: Option<LookUp<I, T>>,
}

struct LookUp<I, T> {
    ask: Act<I, Reconciled<T>>,
    copy: fn(&I) -> I,
}

impl<I: Send, T: Send> Steps<I, T> {
    pub(super) fn new<F>(operation: impl Fn(I) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Self { operation: Box::new(move |item| Box::pin(operation(item))), reconcile: None }
    }

    pub(super) fn reconcile<F>(&mut self, ask: impl Fn(I) -> F + Send + Sync + 'static)
    where
        I: Clone,
        F: Future<Output = Result<Reconciled<T>>> + Send + 'static,
    {
        let ask: Act<I, Reconciled<T>> = Box::new(move |item| Box::pin(ask(item)));
        self.reconcile = Some(LookUp { ask, copy: I::clone });
    }

    /// Does what is to be done with an item that may have been applied before, if `is_open`.
    pub(super) async fn run(&self, item: I, is_open: bool) -> BulkOutcome<T> {
        let Some(reconcile) = &self.reconcile else {
            if is_open {
                return BulkOutcome::Unknown(earlier());
            }
            return (self.operation)(item).await.into();
        };
        let mut repetitions = 0;
        let mut outcome = if is_open {
            BulkOutcome::Unknown(earlier())
        } else {
            (self.operation)((reconcile.copy)(&item)).await.into()
        };
        loop {
            let error = match outcome {
                BulkOutcome::Unknown(error) => error,
                // Because an earlier attempt was applied after all, perhaps.
                BulkOutcome::Refused(error) if repetitions > 0 && error.status().is_some() => {
                    Error::after_sending(error)
                }
                BulkOutcome::Done(_) | BulkOutcome::Refused(_) => return outcome,
            };
            match (reconcile.ask)((reconcile.copy)(&item)).await {
                Ok(Reconciled::Applied(value)) => return BulkOutcome::Done(value),
                Ok(Reconciled::NotApplied) if repetitions < MAX_REPETITIONS => {}
                Ok(Reconciled::NotApplied | Reconciled::Unknown) => {
                    return BulkOutcome::Unknown(error);
                }
                Err(failed) => return BulkOutcome::Unknown(Error::after_sending(failed)),
            }
            repetitions += 1;
            outcome = (self.operation)((reconcile.copy)(&item)).await.into();
        }
    }
}

/// Makes the error of an item that an earlier run has begun.
fn earlier() -> Error {
    Error::after_sending("an earlier run has begun this item, and its outcome is unknown")
}

/// How often a run repeats an item that was certainly not applied.
const MAX_REPETITIONS: usize = 3;
