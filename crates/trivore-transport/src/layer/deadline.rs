//! One limit for a whole call: queues, tokens, tries and bodies together.

use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::delivery::Delivery;
use crate::error::Error;
use crate::kind::Scope;
use crate::once::{once, once_timed};
use crate::within::within;

/// Puts [`Deadline`] around a service.
#[derive(Clone, Debug, Default)]
pub struct DeadlineLayer {
    limit: Option<Duration>,
}

impl DeadlineLayer {
    /// Limits each call to `limit`, all that lies below included.
    pub fn new(limit: Duration) -> Self {
        Self { limit: Some(limit) }
    }

    /// Limits only calls that bring a [`CallTimeout`] of their own.
    pub fn unlimited() -> Self {
        Self { limit: None }
    }
}

/// The limit of one call, in its request's extensions: it takes the place of the layer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallTimeout(pub Duration);

/// When a call ends, in its request's extensions: what lies below begins no longer wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiresAt(pub(crate) Instant);

impl ExpiresAt {
    /// Whether the call is still there after waiting this long.
    pub fn allows(self, wait: Duration) -> bool {
        Instant::now().checked_add(wait).is_some_and(|end| end < self.0)
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Deadline { inner, limit: self.limit }
    }
}

/// Ends a call that takes too long, whatever it is waiting for.
///
/// The call is dropped where it stands; the error knows whether its request had left.
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    inner: S,
    limit: Option<Duration>,
}

impl<S> Service<Request<Bytes>> for Deadline<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Bytes>, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let own = request.extensions().get::<CallTimeout>().map(|timeout| timeout.0);
        let Some(limit) = own.or(self.limit) else {
            return Box::pin(once(self.inner.clone(), request));
        };
        let delivery = Delivery::of(&mut request);
        // A limit beyond what a clock can tell is none for those below.
        if let Some(end) = Instant::now().checked_add(limit) {
            request.extensions_mut().insert(ExpiresAt(end));
        }
        let call = once_timed(self.inner.clone(), request);
        Box::pin(async move {
            let answer = {
                let mut call = pin!(call);
                within(limit, call.as_mut()).await?
            };
            // By now the call is dropped, and whoever sent it has told how far it came.
            answer.unwrap_or_else(|| Err(Error::timeout(limit, Scope::Call, delivery.was_sent())))
        })
    }
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt as _;

    use super::*;

    fn never(
        sent: bool,
    ) -> impl Clone
    + Send
    + Service<
        Request<Bytes>,
        Response = Response<Bytes>,
        Error = Error,
        Future = BoxFuture<'static, Result<Response<Bytes>, Error>>,
    > {
        tower::service_fn(move |mut request: Request<Bytes>| {
            if sent {
                Delivery::of(&mut request).mark_sent();
            }
            let never: BoxFuture<'static, _> = Box::pin(std::future::pending());
            never
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_at_its_deadline() {
        for sent in [false, true] {
            let start = Instant::now();
            let limited = DeadlineLayer::new(Duration::from_secs(7)).layer(never(sent));

            let error = limited.oneshot(Request::default()).await.unwrap_err();

            assert!(error.is_timeout());
            assert_eq!(error.may_have_been_applied(), sent);
            assert_eq!(start.elapsed(), Duration::from_secs(7));
        }
    }
}
