//! Whether a request may have left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a request may have left, told by the service that sends it.
///
/// It stands in every request's extensions and is shared by all who see the
/// request, so that a limit that cuts a call off from outside still knows.
/// A service of your own in place of HTTP counts as having sent each request
/// it is called with.
#[derive(Clone, Debug, Default)]
pub struct Delivery(Arc<AtomicBool>);

impl Delivery {
    /// Tells that the request may have left.
    pub fn mark_sent(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the request may have left.
    pub fn was_sent(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// The mark of this request, made when it has none.
    pub(crate) fn of<B>(request: &mut http::Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }
}
