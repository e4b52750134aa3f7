//! Counts what a run does, and publishes it.

use tokio::sync::watch;
use tokio::time::Instant;

use super::handle::{BulkHandle, Snapshot};
use super::item::BulkOutcome;
use super::progress::BulkProgress;
use super::progress_thread::ProgressThread;

/// Counts what a run does, and publishes it.
pub(super) struct Meter {
    snapshot: Snapshot,
    /// Items of an earlier run that are still unknown.
    carried: u64,
    /// `None` after the end.
    published: Option<watch::Sender<Snapshot>>,
    handle: BulkHandle,
    thread: Option<ProgressThread>,
}

impl Meter {
    pub(super) fn new(thread: Option<ProgressThread>) -> Self {
        let (published, seen) = watch::channel(Snapshot::default());
        let published = Some(published);
        let (snapshot, handle) = (Snapshot::default(), BulkHandle::new(seen));
        Self { snapshot, carried: 0, published, handle, thread }
    }

    pub(super) fn start(&mut self, now: Instant) {
        self.snapshot.running_since = Some(now);
    }

    pub(super) fn handle(&self) -> &BulkHandle {
        &self.handle
    }

    pub(super) fn count<T>(&mut self, outcome: &BulkOutcome<T>) {
        let progress = &mut self.snapshot.progress;
        let count = match outcome {
            BulkOutcome::Done(_) => &mut progress.done,
            BulkOutcome::Refused(_) => &mut progress.refused,
            BulkOutcome::Unknown(_) => &mut progress.unknown,
        };
        *count += 1;
    }

    /// Counts an item that was unknown before the run, and still is.
    pub(super) fn count_carried(&mut self) {
        self.snapshot.progress.unknown += 1;
        self.carried += 1;
    }

    /// Returns the counts without items of earlier runs.
    pub(super) fn own_counts(&self) -> BulkProgress {
        let progress = self.snapshot.progress;
        BulkProgress { unknown: progress.unknown.saturating_sub(self.carried), ..progress }
    }

    /// Returns the counts; the elapsed time is not up to date.
    pub(super) fn counts(&self) -> &BulkProgress {
        &self.snapshot.progress
    }

    pub(super) fn progress(&self) -> BulkProgress {
        self.snapshot.now()
    }

    /// Publishes the counts if they have changed.
    pub(super) fn publish(
        &mut self,
        skipped: u64,
        held: u64,
        running: usize,
        waiting: Option<u64>,
    ) {
        let running = u64::try_from(running).unwrap_or(u64::MAX);
        let progress = &mut self.snapshot.progress;
        (progress.skipped, progress.held) = (skipped, held);
        (progress.running, progress.waiting) = (running, waiting);
        let snapshot = self.snapshot;
        let Some(published) = &self.published else { return };
        let has_changed = published.send_if_modified(|last| {
            let has_changed = last.progress != snapshot.progress;
            *last = snapshot;
            has_changed
        });
        if let Some(thread) = self.thread.as_mut().filter(|_| has_changed) {
            thread.show(snapshot);
        }
    }

    /// Publishes the end of the run.
    pub(super) fn end(&mut self) {
        let Some(published) = self.published.take() else { return };
        self.snapshot = Snapshot { progress: self.snapshot.now(), running_since: None };
        published.send_replace(self.snapshot);
        if let Some(thread) = self.thread.take() {
            thread.end(self.snapshot.progress);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}
