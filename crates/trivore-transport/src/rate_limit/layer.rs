//! Limits the rate of requests.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service};

use crate::call::{CallContext, Delivery, Operation};
use crate::error::Error;
use crate::message::RateLimitHint;
use crate::observe::{ClientEvent, Observer};
use crate::rate_limit::limiter::Departure;
use crate::rate_limit::scope_schedules::Cooldown;
use crate::rate_limit::target::LimitTarget;
use crate::rate_limit::{Permits, RateLimiter};
use crate::stack::once;

/// Makes each request wait for its turn, by a [`RateLimiter`].
///
/// A request's turn is decided when its future is first polled. If the wait would exceed its
/// [deadline](CallContext::expires_at), it fails immediately and the error reports the required
/// wait. The limiter also reads each response: after a 429, the requests in its scope pause until
/// the time that the server gives. The [`Operation`] in a request's context identifies its
/// operation; without one, its method does. The layer does not change responses.
///
/// Above an [`AttemptLayer`](crate::layer::AttemptLayer) and in the stack of a
/// [`Client`](crate::Client), the last response that the server sent is read, even if layers below
/// replace or change it, and what such layers make up is ignored. Without one, and below another
/// such layer, the response of the inner service counts.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tokio::time::Instant;
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::RateLimitLayer;
/// use trivore_transport::{BoxError, Error, RateLimit};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), BoxError> {
/// let fast = tower::service_fn(async |_: Request<Bytes>| {
///     Ok::<_, Error>(Response::new(Bytes::new()))
/// });
/// let service = ServiceBuilder::new()
///     .layer(RateLimitLayer::new(RateLimit::new().per_second(2.0).build()?))
///     .service(fast);
///
/// let start = Instant::now();
/// for _ in 0..5 {
///     service.clone().oneshot(Request::new(Bytes::new())).await?;
/// }
/// assert_eq!(start.elapsed(), Duration::from_secs(2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct RateLimitLayer {
    limiter: RateLimiter,
    permits: Option<Permits>,
    observer: Option<Observer>,
}

impl RateLimitLayer {
    /// Limits requests by `limiter`, which other layers may share.
    pub fn new(limiter: RateLimiter) -> Self {
        Self { limiter, permits: None, observer: None }
    }

    /// Calls an observer when requests begin to pause.
    #[must_use]
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Makes each request hold a permit from its turn until its response has been read.
    pub(crate) fn permits(mut self, permits: Permits) -> Self {
        self.permits = Some(permits);
        self
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimited { inner, layer: self.clone() }
    }
}

/// Makes each request wait for its turn; see [`RateLimitLayer`].
#[derive(Clone, Debug)]
pub struct RateLimited<S> {
    inner: S,
    layer: RateLimitLayer,
}

impl<S> Service<Request<Bytes>> for RateLimited<S>
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
        let (inner, layer) = (self.inner.clone(), self.layer.clone());
        Box::pin(async move {
            let operation = CallContext::operation_of(&request);
            let target = LimitTarget::of(&operation, &request);
            let expires_at = CallContext::of(&request).and_then(CallContext::expires_at);
            let permits = layer.permits.as_ref();
            let (departure, _permit) = layer.limiter.admit(target, expires_at, permits).await?;
            let Some(reader) = layer.limiter.reader() else {
                return once(inner, request).await;
            };
            let delivery = CallContext::delivery_of(&mut request);
            let is_watched = delivery.watch_limit(reader);
            let operation = &operation;
            let sent =
                SentRequest { layer: &layer, operation, target, departure, delivery, is_watched };
            let result = once(inner, request).await;
            if let Ok(response) = &result
                && !(is_watched && sent.delivery.is_recorded())
            {
                sent.observe(response.status(), reader.read(response.status(), response.headers()));
            }
            result
        })
    }
}

/// A request that was sent; when dropped, the limiter learns what the server responded.
///
/// Only the server's own response counts, whatever the layers below return. It counts as well if
/// the call ends before its body.
struct SentRequest<'a> {
    layer: &'a RateLimitLayer,
    operation: &'a Operation,
    target: LimitTarget,
    departure: Departure,
    delivery: Delivery,
    /// The delivery reads the server's responses.
    is_watched: bool,
}

impl SentRequest<'_> {
    fn observe(&self, status: StatusCode, hint: RateLimitHint) {
        let RateLimitLayer { limiter, observer, .. } = self.layer;
        let begun = limiter.observe_response(self.departure, self.target, status, hint);
        if let Some(observer) = observer {
            for Cooldown { scope, wait } in begun {
                observer.notify(&ClientEvent::RateLimited {
                    operation: self.operation,
                    scope,
                    wait,
                });
            }
        }
    }
}

impl Drop for SentRequest<'_> {
    fn drop(&mut self) {
        if self.is_watched
            && let Some((status, hint)) = self.delivery.unwatch_limit()
        {
            self.observe(status, hint);
        }
    }
}
