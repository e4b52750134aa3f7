//! A token refresh in flight, shared by the calls that wait for it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::watch;

use crate::auth::token::lifetime::Lifetime;
use crate::auth::token::refresh_deadline::RefreshDeadline;
use crate::auth::token::refresh_failure::RefreshFailure;
use crate::error::{Error, Result, TimeoutScope};

/// A cached token, as the header of requests.
#[derive(Clone, Debug)]
pub(crate) struct CachedToken {
    pub(crate) header: HeaderValue,
    pub(crate) lifetime: Lifetime,
    /// Identifies this token, even among tokens with the same text.
    pub(crate) generation: u64,
    /// The first of the generations in a row with this text.
    pub(crate) since: u64,
}

impl CachedToken {
    /// Whether this token has the same text as that of an earlier generation.
    pub(crate) fn has_text_of(&self, generation: u64) -> bool {
        self.since <= generation
    }
}

/// The result of a refresh.
pub(crate) type RefreshResult = Result<CachedToken, RefreshFailure>;

#[derive(Debug)]
enum Progress {
    Running,
    Done(RefreshResult),
}

/// A waiter's handle to a refresh in flight.
///
/// The refresh runs in a task on the runtime of the call that started it. That runtime may be
/// dropped or idle: a current-thread runtime runs no tasks between two calls of `block_on`. So
/// the task sends heartbeats. A waiter that misses them abandons the refresh and starts another.
#[derive(Clone, Debug)]
pub(crate) struct InFlightRefresh {
    pub(crate) id: u64,
    /// The latest deadline of the waiters.
    pub(crate) deadline: Arc<RefreshDeadline>,
    progress: watch::Receiver<Progress>,
}

/// The refresh driver: runs the refresh, and reports heartbeats and the result to the waiters.
#[derive(Debug)]
pub(crate) struct RefreshDriver(watch::Sender<Progress>);

impl InFlightRefresh {
    /// Creates a refresh, as a handle for the waiters and a driver for the task.
    pub(crate) fn new(id: u64, deadline: RefreshDeadline) -> (Self, RefreshDriver) {
        let (sender, progress) = watch::channel(Progress::Running);
        (Self { id, deadline: Arc::new(deadline), progress }, RefreshDriver(sender))
    }

    /// Whether the task that runs the refresh has ended.
    pub(crate) fn is_lost(&self) -> bool {
        self.progress.has_changed().is_err()
    }

    /// Waits for the result; `None` if the task ended without one or missed its heartbeats.
    pub(crate) async fn result(mut self) -> Option<RefreshResult> {
        loop {
            if let Progress::Done(result) = &*self.progress.borrow_and_update() {
                return Some(result.clone());
            }
            match tokio::time::timeout(HEARTBEAT_TIMEOUT, self.progress.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return None,
            }
        }
    }
}

impl RefreshDriver {
    /// Runs `work` for at most [`LIMIT`], and sends a heartbeat after each [`HEARTBEAT`].
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let with_heartbeats = async {
            loop {
                match tokio::time::timeout(HEARTBEAT, &mut work).await {
                    Ok(done) => return done,
                    Err(_elapsed) => drop(self.0.send_replace(Progress::Running)),
                }
            }
        };
        let done = tokio::time::timeout(LIMIT, with_heartbeats).await;
        done.unwrap_or_else(|_elapsed| Err(Error::timeout(LIMIT, TimeoutScope::Attempt, true)))
    }

    /// Sends the result to all waiters.
    pub(crate) fn finish(self, result: RefreshResult) {
        self.0.send_replace(Progress::Done(result));
    }
}

/// Time limit of a refresh, including all its attempts.
const LIMIT: Duration = Duration::from_secs(60);
/// Time between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Time without a heartbeat after which a waiter treats the refresh as lost.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(5);
