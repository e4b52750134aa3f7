//! One limit for a whole call: queues, tokens, tries and bodies together.

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _};

use crate::delivery::Delivery;
use crate::error::{Error, Scope};
use crate::within::within;

/// Puts [`Deadline`] around a service.
#[derive(Clone, Debug)]
pub struct DeadlineLayer {
    limit: Duration,
}

impl DeadlineLayer {
    /// Limits each call to `limit`, all that lies below included.
    pub fn new(limit: Duration) -> Self {
        Self { limit }
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
    limit: Duration,
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
        let limit = self.limit;
        let delivery = Delivery::of(&mut request);
        let call = self.inner.clone().oneshot(request);
        Box::pin(async move {
            let answer = within(limit, call).await?;
            // By now the call is dropped, and whoever sent it has told how far it came.
            answer.unwrap_or_else(|| Err(Error::timeout(limit, Scope::Call, delivery.was_sent())))
        })
    }
}

#[cfg(test)]
mod tests {
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
            let start = tokio::time::Instant::now();
            let limited = DeadlineLayer::new(Duration::from_secs(7)).layer(never(sent));

            let error = limited.oneshot(Request::default()).await.unwrap_err();

            assert!(error.is_timeout());
            assert_eq!(error.may_have_been_applied(), sent);
            assert_eq!(start.elapsed(), Duration::from_secs(7));
        }
    }
}
