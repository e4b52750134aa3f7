//! What watches and stops a run from elsewhere.

use std::sync::Arc;

use futures_util::future::{self, BoxFuture};
use tokio::sync::watch;
use tokio::time::Instant;

use super::progress::BulkProgress;

/// Watches and stops a bulk run, from any task or thread.
#[derive(Clone, Debug)]
pub struct BulkHandle {
    seen: watch::Receiver<Snapshot>,
    stop: Arc<watch::Sender<bool>>,
}

/// The progress of a run, and when it started.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Snapshot {
    pub(super) progress: BulkProgress,
    /// `None` before the start and after the end.
    pub(super) running_since: Option<Instant>,
}

impl Snapshot {
    /// Returns the progress at this moment.
    pub(super) fn now(self) -> BulkProgress {
        let elapsed = self.running_since.map(|start| start.elapsed());
        BulkProgress { elapsed: elapsed.unwrap_or(self.progress.elapsed), ..self.progress }
    }
}

impl BulkHandle {
    pub(super) fn new(seen: watch::Receiver<Snapshot>) -> Self {
        Self { seen, stop: Arc::new(watch::Sender::new(false)) }
    }

    /// Returns how far the run is.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run([1, 2, 3]);
    /// let handle = run.handle();
    /// run.try_collect::<Vec<_>>().await?;
    ///
    /// assert_eq!(handle.progress().done, 3);
    /// # Ok(())
    /// # }
    /// ```
    pub fn progress(&self) -> BulkProgress {
        let snapshot = *self.seen.borrow();
        snapshot.now()
    }

    /// Waits until the progress changes; returns `false` if the run has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let run = Bulk::new(|number: u32| async move { Ok(number * 2) }).run([1, 2, 3]);
    /// let mut handle = run.handle();
    /// let watching = tokio::spawn(async move {
    ///     while handle.changed().await {
    ///         // Show `handle.progress()`.
    ///     }
    ///     handle.progress().done
    /// });
    /// run.try_collect::<Vec<_>>().await?;
    ///
    /// assert_eq!(watching.await.unwrap(), 3);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn changed(&mut self) -> bool {
        self.seen.changed().await.is_ok()
    }

    /// Stops the run: it begins no more items, and ends once those that run have ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, BulkStop, Error};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut run = Bulk::new(|number: u64| async move { Ok(number * 2) }).run(0..);
    /// run.try_next().await?;
    ///
    /// run.handle().stop();
    /// while run.try_next().await?.is_some() {}
    /// assert_eq!(run.report().stopped, Some(BulkStop::Signal));
    /// # Ok(())
    /// # }
    /// ```
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Makes [`changed`](Self::changed) wait for what comes from now on.
    pub(super) fn mark_seen(&mut self) {
        self.seen.mark_unchanged();
    }

    /// Returns a future that is ready once the run was told to stop.
    pub(super) fn stopped(&self) -> BoxFuture<'static, ()> {
        let mut stopped = self.stop.subscribe();
        Box::pin(async move {
            if stopped.wait_for(|is_stopped| *is_stopped).await.is_err() {
                future::pending::<()>().await;
            }
        })
    }
}
