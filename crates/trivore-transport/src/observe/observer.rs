//! Events for metrics.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{AttemptEnd, Operation};
use crate::message::RateLimitScope;

/// Receives a [`ClientEvent`] when an attempt or a call ends, or calls pause for a rate limit.
///
/// The function runs inside the call: it should return quickly and not panic.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, Client, ClientEvent, Observer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let lines = Arc::new(Mutex::new(Vec::new()));
/// let sink = Arc::clone(&lines);
/// let observer = Observer::new(move |event| {
///     if let ClientEvent::CallEnded { operation, attempts, end, .. } = event {
///         let line = format!("{} {end}, attempts: {attempts}", operation.name);
///         sink.lock().unwrap().push(line);
///     }
/// });
/// let client = Client::builder("https://id.example.com")
///     .observer(observer)
///     .service(tower::service_fn(async |_: Request<Body>| {
///         Ok::<_, BoxError>(Response::new(String::new()))
///     }))
///     .build()?;
///
/// client.execute(Call::get(&["ping"])).await?;
///
/// assert_eq!(*lines.lock().unwrap(), ["call 200, attempts: 1"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&ClientEvent<'_>) + Send + Sync>);

impl Observer {
    /// Makes an observer from the function that receives events.
    pub fn new<F>(observe: F) -> Self
    where
        F: Fn(&ClientEvent<'_>) + Send + Sync + 'static,
    {
        Self(Arc::new(observe))
    }

    pub(crate) fn notify(&self, event: &ClientEvent<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// The end of an attempt or a call, or the begin of a pause, for metrics.
///
/// Events contain no paths, queries or bodies, and no identifiers except that of the request, so each
/// other field can be a label. See [`Observer`] for an example.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ClientEvent<'a> {
    /// An attempt ended.
    ///
    /// Token requests are attempts of the operations `token.discover`, `token.issue` and
    /// `token.refresh`; they belong to no call.
    #[non_exhaustive]
    AttemptEnded {
        /// Its operation.
        operation: &'a Operation,
        /// Its number within the call, from 1.
        attempt: u32,
        /// How it ended: [`AttemptEnd::CutOff`] if the call was dropped or its deadline passed.
        end: AttemptEnd,
        /// How long it took.
        elapsed: Duration,
        /// The header `x-request-id` of the response, or without one that of the request.
        ///
        /// It is for logs: as a label, it would make a series for each call.
        request_id: Option<&'a str>,
    },
    /// A call ended; the response has not been decoded yet.
    #[non_exhaustive]
    CallEnded {
        /// Its operation.
        operation: &'a Operation,
        /// How many attempts it made.
        attempts: u32,
        /// How it ended: [`AttemptEnd::CutOff`] if it was dropped.
        end: AttemptEnd,
        /// How long it took, including all waits.
        elapsed: Duration,
    },
    /// The server limits the rate, and calls in the scope pause; see
    /// [`RateLimiter`](crate::RateLimiter).
    ///
    /// A response that begins several pauses causes one event for each. A pause that is extended
    /// causes none. For a limit that is only inferred, `wait` is the time until a request finds out
    /// whether it is right.
    #[non_exhaustive]
    RateLimited {
        /// The operation whose response reports the limit.
        operation: &'a Operation,
        /// Which calls pause.
        scope: RateLimitScope,
        /// How long they pause.
        wait: Duration,
    },
}
