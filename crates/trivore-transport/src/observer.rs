//! Events for metrics, with nothing but types of our own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::operation::Operation;
use crate::retry::AttemptEnd;

/// Receives an [`Event`] for each attempt and each call that ends; see
/// [`ClientBuilder::observer`](crate::ClientBuilder::observer).
///
/// The function runs within the call: it should be quick, and not panic.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Event<'_>) + Send + Sync>);

impl Observer {
    /// Takes the function that receives events.
    pub fn new<F>(observe: F) -> Self
    where
        F: Fn(&Event<'_>) + Send + Sync + 'static,
    {
        Self(Arc::new(observe))
    }

    pub(crate) fn notify(&self, event: &Event<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Something that metrics count or measure.
///
/// Events hold no identifiers, paths, queries or bodies, so that each field can be a label.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An attempt ended.
    ///
    /// Requests for tokens are attempts of the operations `token.discover`, `token.issue` and
    /// `token.refresh`, which belong to no call.
    #[non_exhaustive]
    AttemptEnded {
        /// Its operation.
        operation: &'a Operation,
        /// Its number within the call, from 1.
        attempt: u32,
        /// How it ended; cut off when the call was dropped or out of time.
        end: AttemptEnd,
        /// How long it took.
        elapsed: Duration,
    },
    /// A call ended; that its answer could be read is not included.
    #[non_exhaustive]
    CallEnded {
        /// Its operation.
        operation: &'a Operation,
        /// How many attempts it made.
        attempts: u32,
        /// How it ended; cut off when it was dropped.
        end: AttemptEnd,
        /// How long it took, all waiting included.
        elapsed: Duration,
    },
}
