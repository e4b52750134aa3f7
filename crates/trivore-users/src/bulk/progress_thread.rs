//! Calls the caller's function with the progress, on a thread of its own.
//!
//! So a function that blocks or panics delays and loses nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::handle::Snapshot;
use super::progress::BulkProgress;

/// Calls a function with the newest progress, until it is dropped.
pub(super) struct ProgressThread {
    latest: Arc<Latest>,
    every: Duration,
    shown: Option<Instant>,
}

/// Where the thread finds the progress that it is to show next.
#[derive(Default)]
struct Latest {
    next: Mutex<Next>,
    changed: Condvar,
}

#[derive(Default)]
struct Next {
    progress: Option<BulkProgress>,
    is_last: bool,
}

impl ProgressThread {
    /// Starts the thread; without one, if the system has none left, nothing is shown.
    pub(super) fn start(every: Duration, show: impl Fn(BulkProgress) + Send + 'static) -> Self {
        let latest = Arc::<Latest>::default();
        let source = Arc::clone(&latest);
        let run = move || {
            while let Some(progress) = source.take() {
                // The panic was reported by the panic hook.
                drop(catch_unwind(AssertUnwindSafe(|| show(progress))));
            }
        };
        drop(std::thread::Builder::new().name("bulk progress".to_owned()).spawn(run));
        Self { latest, every, shown: None }
    }

    /// Shows the progress, if the last time is long enough ago.
    pub(super) fn show(&mut self, snapshot: Snapshot) {
        let now = Instant::now();
        let is_due = |shown| now.saturating_duration_since(shown) >= self.every;
        if self.shown.is_none_or(is_due) {
            self.shown = Some(now);
            self.latest.put(Some(snapshot.now()), false);
        }
    }

    /// Shows the last progress.
    pub(super) fn end(self, progress: BulkProgress) {
        self.latest.put(Some(progress), true);
    }
}

impl Drop for ProgressThread {
    fn drop(&mut self) {
        self.latest.put(None, true);
    }
}

impl Latest {
    fn put(&self, progress: Option<BulkProgress>, is_last: bool) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.progress = progress.or(next.progress);
        next.is_last = is_last;
        drop(next);
        self.changed.notify_one();
    }

    /// Waits for progress to show; `None` after the last.
    fn take(&self) -> Option<BulkProgress> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let is_idle = |next: &mut Next| next.progress.is_none() && !next.is_last;
        let next = self.changed.wait_while(next, is_idle);
        next.unwrap_or_else(PoisonError::into_inner).progress.take()
    }
}
