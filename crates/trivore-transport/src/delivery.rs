//! The progress of a call: whether a request may have been sent, and how its attempts ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::Error;
use crate::retry::{AttemptEnd, AttemptSummary};

/// Whether a request of a call may have been sent.
///
/// Every request has it in its extensions, shared by all layers that see the call, so that an outer
/// timeout can report whether the request was sent.
///
/// With [`Client::new`](crate::Client::new) and
/// [`ClientBuilder::service`](crate::ClientBuilder::service), every request that your service is
/// called with counts as sent. If you use the layers alone, your service calls
/// [`mark_sent`](Self::mark_sent) before it sends:
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::AttemptLayer;
/// use trivore_transport::{Body, BoxError, Delivery};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let hangs = tower::service_fn(async |request: Request<Body>| {
///     if let Some(delivery) = request.extensions().get::<Delivery>() {
///         delivery.mark_sent();
///     }
///     std::future::pending::<Result<Response<String>, BoxError>>().await
/// });
/// let service = ServiceBuilder::new()
///     .layer(AttemptLayer::new(1 << 20).timeout(Duration::from_secs(5)))
///     .service(hangs);
///
/// let error = service.oneshot(Request::new(Bytes::new())).await.unwrap_err();
///
/// assert_eq!(error.to_string(), "the attempt timed out after 5s, after the request was sent");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Delivery(Arc<State>);

/// Why a request was not passed to the inner service.
#[derive(Debug, thiserror::Error)]
#[error("a layer replaced the request without copying its extensions")]
struct LostExtensions;

#[derive(Debug, Default)]
struct State {
    /// The request of the current attempt may have been sent.
    is_sent: AtomicBool,
    /// An attempt that has ended was or may have been applied.
    is_open: AtomicBool,
    attempts: Mutex<Vec<AttemptSummary>>,
}

impl Delivery {
    /// Records that the request may have been sent.
    pub fn mark_sent(&self) {
        self.0.is_sent.store(true, Ordering::Release);
    }

    /// Records that the server rejected the request and changed nothing.
    pub(crate) fn mark_refused(&self) {
        self.0.is_sent.store(false, Ordering::Release);
    }

    /// Whether a request of the call may have been sent and its outcome is unknown.
    pub fn was_sent(&self) -> bool {
        self.attempt_was_sent() || self.has_open_attempt()
    }

    /// Whether the request of the current attempt may have been sent.
    pub(crate) fn attempt_was_sent(&self) -> bool {
        self.0.is_sent.load(Ordering::Acquire)
    }

    /// Whether an attempt that has ended may have been applied.
    pub(crate) fn has_open_attempt(&self) -> bool {
        self.0.is_open.load(Ordering::Acquire)
    }

    /// Returns the delivery of a request; inserts one if it has none.
    pub(crate) fn of<B>(request: &mut http::Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// Returns the delivery of a request that passed through the user's layers.
    ///
    /// # Errors
    ///
    /// A layer dropped the request's extensions.
    pub(crate) fn kept<B>(request: &http::Request<B>) -> Result<Self, Error> {
        let kept = request.extensions().get().cloned();
        kept.ok_or_else(|| Error::configuration(LostExtensions))
    }

    /// Records that a request is about to be sent; returns the number of the attempt.
    ///
    /// If the user's layer has already sent a request in this attempt, the outcome of that request
    /// stays unknown.
    pub(crate) fn sends(&self) -> u32 {
        if self.0.is_sent.swap(true, Ordering::AcqRel) {
            self.0.is_open.store(true, Ordering::Release);
        }
        self.count()
    }

    /// Records that the request of this attempt was not sent after all.
    #[cfg(feature = "http-client")]
    pub(crate) fn takes_back(&self, attempt: u32) {
        if self.count() == attempt {
            self.0.is_sent.store(false, Ordering::Release);
        }
    }

    /// Records the start of an attempt; until it ends, it counts as cut off.
    pub(crate) fn begin_attempt(&self) {
        self.0.is_sent.store(false, Ordering::Release);
        let (end, elapsed) = (AttemptEnd::CutOff, Duration::ZERO);
        self.attempts().push(AttemptSummary { end, elapsed, waited: None });
    }

    /// Records the end of an attempt; `is_open` if it may have been applied.
    pub(crate) fn end_attempt(&self, end: AttemptEnd, elapsed: Duration, is_open: bool) {
        if is_open {
            self.0.is_open.store(true, Ordering::Release);
        }
        self.0.is_sent.store(false, Ordering::Release);
        if let Some(last) = self.attempts().last_mut() {
            (last.end, last.elapsed) = (end, elapsed);
        }
    }

    /// Records the wait before the next attempt.
    pub(crate) fn will_wait(&self, delay: Duration) {
        if let Some(last) = self.attempts().last_mut() {
            last.waited = Some(delay);
        }
    }

    /// Returns the number of attempts so far.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.attempts().len()).unwrap_or(u32::MAX)
    }

    /// Returns all attempts so far.
    pub(crate) fn summaries(&self) -> Vec<AttemptSummary> {
        self.attempts().clone()
    }

    fn attempts(&self) -> std::sync::MutexGuard<'_, Vec<AttemptSummary>> {
        self.0.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
