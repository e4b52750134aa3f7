//! How far a call came: whether a request of it may have left, and what its attempts did.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::Error;
use crate::retry::{AttemptEnd, AttemptSummary};

/// How far a call came, told by the service that sends its requests.
///
/// It stands in every request's extensions and is shared by all who see the call, so that a
/// limit that cuts the call off from outside still knows. A service of your own in place of
/// HTTP counts as having sent each request that it is called with.
#[derive(Clone, Debug, Default)]
pub struct Delivery(Arc<State>);

/// Why a request was not sent on.
#[derive(Debug, thiserror::Error)]
#[error("a layer made a new request and did not take over the extensions of the one it got")]
struct LostExtensions;

#[derive(Debug, Default)]
struct State {
    /// The present attempt's request may have left.
    is_sent: AtomicBool,
    /// An attempt that has ended was applied, or nobody knows whether it was.
    is_open: AtomicBool,
    attempts: Mutex<Vec<AttemptSummary>>,
}

impl Delivery {
    /// Tells that the request may have left.
    pub fn mark_sent(&self) {
        self.0.is_sent.store(true, Ordering::Release);
    }

    /// The server refused what has left, and has done nothing of it.
    pub(crate) fn mark_refused(&self) {
        self.0.is_sent.store(false, Ordering::Release);
    }

    /// Whether a request of the call may have left without its outcome being known.
    pub fn was_sent(&self) -> bool {
        self.attempt_was_sent() || self.has_open_attempt()
    }

    /// Whether the present attempt's request may have left.
    pub(crate) fn attempt_was_sent(&self) -> bool {
        self.0.is_sent.load(Ordering::Acquire)
    }

    /// Whether an attempt that has ended may have been applied.
    pub(crate) fn has_open_attempt(&self) -> bool {
        self.0.is_open.load(Ordering::Acquire)
    }

    /// The mark of this request, made when it has none.
    pub(crate) fn of<B>(request: &mut http::Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// The mark of a request that went through a layer of somebody else's.
    pub(crate) fn kept<B>(request: &http::Request<B>) -> Result<Self, Error> {
        let kept = request.extensions().get().cloned();
        kept.ok_or_else(|| Error::configuration(LostExtensions))
    }

    /// A request is about to be sent; when it was not, that is taken back.
    ///
    /// When one of the same attempt was sent before, by a layer of somebody else's that tries
    /// again, that one's outcome stays open.
    pub(crate) fn sends(&self) -> u32 {
        if self.0.is_sent.swap(true, Ordering::AcqRel) {
            self.0.is_open.store(true, Ordering::Release);
        }
        self.count()
    }

    /// The request that was to be sent in this attempt never left.
    #[cfg(feature = "http-client")]
    pub(crate) fn takes_back(&self, attempt: u32) {
        if self.count() == attempt {
            self.0.is_sent.store(false, Ordering::Release);
        }
    }

    /// An attempt begins; until it ends it counts as cut off.
    pub(crate) fn begin_attempt(&self) {
        self.0.is_sent.store(false, Ordering::Release);
        let (end, elapsed) = (AttemptEnd::CutOff, Duration::ZERO);
        self.attempts().push(AttemptSummary { end, elapsed, waited: None });
    }

    /// The attempt ended; `is_open` when it may have been applied.
    pub(crate) fn end_attempt(&self, end: AttemptEnd, elapsed: Duration, is_open: bool) {
        if is_open {
            self.0.is_open.store(true, Ordering::Release);
        }
        self.0.is_sent.store(false, Ordering::Release);
        if let Some(last) = self.attempts().last_mut() {
            (last.end, last.elapsed) = (end, elapsed);
        }
    }

    /// There will be another attempt after this time.
    pub(crate) fn will_wait(&self, delay: Duration) {
        if let Some(last) = self.attempts().last_mut() {
            last.waited = Some(delay);
        }
    }

    /// How many attempts there were so far.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.attempts().len()).unwrap_or(u32::MAX)
    }

    /// All attempts so far.
    pub(crate) fn summaries(&self) -> Vec<AttemptSummary> {
        self.attempts().clone()
    }

    fn attempts(&self) -> std::sync::MutexGuard<'_, Vec<AttemptSummary>> {
        self.0.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
