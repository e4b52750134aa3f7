//! When a run begins no more items.

use std::pin::Pin;
use std::task::Context;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, Sleep};

use super::options::BulkOptions;
use super::progress::BulkProgress;
use super::report::BulkStop;

/// When a run begins no more items.
pub(super) struct StopRule {
    options: BulkOptions,
    signals: Vec<BoxFuture<'static, ()>>,
    end: Option<Pin<Box<Sleep>>>,
    reason: Option<BulkStop>,
}

impl StopRule {
    pub(super) fn new(options: BulkOptions, signals: Vec<BoxFuture<'static, ()>>) -> Self {
        Self { options, signals, end: None, reason: None }
    }

    /// Starts the time limit.
    pub(super) fn start(&mut self, now: Instant) {
        let end = self.options.time_limit.and_then(|limit| now.checked_add(limit));
        self.end = end.map(|end| Box::pin(tokio::time::sleep_until(end)));
    }

    /// Stops if the time is over or a signal came.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        if self.reason.is_some() {
            return;
        }
        if self.signals.iter_mut().any(|signal| signal.poll_unpin(cx).is_ready()) {
            self.stop(BulkStop::Signal);
        } else if self.end.as_mut().is_some_and(|end| end.poll_unpin(cx).is_ready()) {
            self.stop(BulkStop::TimeLimit);
        }
    }

    /// Stops if there are too many failures.
    pub(super) fn check(&mut self, progress: &BulkProgress) {
        if self.options.has_too_many_failures(progress) {
            self.stop(BulkStop::Failures);
        }
    }

    /// Stops, unless the run was stopped before.
    pub(super) fn stop(&mut self, reason: BulkStop) {
        self.reason.get_or_insert(reason);
    }

    pub(super) fn reason(&self) -> Option<BulkStop> {
        self.reason
    }
}
