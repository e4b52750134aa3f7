//! Limits the time of a whole call.

use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use http::{Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::call::CallContext;
use crate::deadline::within;
use crate::error::{Error, TimeoutScope};
use crate::stack::{once, once_timed};

/// Limits the time of a whole call: all waits, token requests, attempts and bodies.
///
/// When the limit expires, the layer drops the call, whatever it is waiting for; the error reports
/// whether a request was sent. If the inner service is your own, it was sent when the service was
/// called, unless the service calls [`Delivery::mark_unsent`](crate::Delivery::mark_unsent). The
/// layer adds the [deadline](CallContext::expires_at) to the request's context, so that inner
/// layers never start a wait that would exceed it.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::Error;
/// use trivore_transport::CallContext;
/// use trivore_transport::layer::DeadlineLayer;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let hangs = tower::service_fn(|_: Request<Bytes>| {
///     std::future::pending::<Result<Response<Bytes>, Error>>()
/// });
/// let service = ServiceBuilder::new()
///     .layer(DeadlineLayer::new(Duration::from_secs(30)))
///     .service(hangs);
///
/// let error = service.clone().oneshot(Request::new(Bytes::new())).await.unwrap_err();
/// assert_eq!(error.to_string(), "the call timed out after 30s; the request was already sent");
///
/// // A call with its own limit.
/// let mut request = Request::new(Bytes::new());
/// let context = CallContext::default().with_timeout(Duration::from_secs(5));
/// request.extensions_mut().insert(context);
/// let error = service.oneshot(request).await.unwrap_err();
/// assert_eq!(error.to_string(), "the call timed out after 5s; the request was already sent");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct DeadlineLayer {
    limit: Option<Duration>,
    /// The layer is the client's, so its limit is that of the whole call.
    is_of_whole_call: bool,
}

impl DeadlineLayer {
    /// Limits each call to `limit`.
    pub fn new(limit: Duration) -> Self {
        Self { limit: Some(limit), is_of_whole_call: false }
    }

    /// Limits only calls that have a [timeout](CallContext::timeout) of their own.
    pub fn unlimited() -> Self {
        Self { limit: None, is_of_whole_call: false }
    }

    /// For the stack of a client, in which nothing follows when the limit expires.
    pub(crate) fn of_whole_call(mut self) -> Self {
        self.is_of_whole_call = true;
        self
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Deadline { inner, layer: self.clone() }
    }
}

/// Limits the time of a whole call; see [`DeadlineLayer`].
#[derive(Clone, Debug)]
pub struct Deadline<S> {
    inner: S,
    layer: DeadlineLayer,
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
        // Inside of another such layer, the call's own limit has begun before.
        let outermost = CallContext::of(&request).filter(|context| context.expires_at().is_none());
        let own = outermost.and_then(CallContext::timeout);
        let Some(limit) = own.or(self.layer.limit) else {
            return Box::pin(once(self.inner.clone(), request));
        };
        let context = CallContext::of_mut(&mut request);
        let round = if self.layer.is_of_whole_call {
            context.delivery().guard_round()
        } else {
            context.begin_round()
        };
        // If the deadline is beyond the clock's range, inner layers have none.
        if let Some(end) = Instant::now().checked_add(limit) {
            context.set_expires_at(end);
        }
        let delivery = context.delivery().clone();
        if let Err(error) = delivery.pass_on() {
            return Box::pin(ready(Err(error)));
        }
        let call = once_timed(self.inner.clone(), request);
        Box::pin(async move {
            let result = {
                let mut call = pin!(call);
                within(limit, call.as_mut()).await?
            };
            match result {
                Some(Ok(response)) => {
                    round.release();
                    Ok(response)
                }
                Some(Err(error)) => Err(error),
                None => {
                    drop(round);
                    // Read after the call was dropped, so that the connector has recorded its
                    // progress.
                    Err(Error::timeout(limit, TimeoutScope::Call, delivery.was_sent()))
                }
            }
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
            if !sent {
                CallContext::delivery_of(&mut request).mark_unsent();
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
