//! Limits the rate of requests.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either};
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::call::{CallContext, Delivery};
use crate::error::Error;
use crate::message::RateLimitHint;
use crate::observe::{ClientEvent, Observer};
use crate::rate_limit::limiter::Departure;
use crate::rate_limit::scope_schedules::Cooldown;
use crate::rate_limit::target::LimitedRequest;
use crate::rate_limit::{Permits, RateLimiter};
use crate::stack::{Once, once};

/// Makes each request wait for its turn, by a [`RateLimiter`].
///
/// If no limit is in force, the inner service is called immediately; otherwise, a request's turn is
/// decided when its future is first polled. If the wait would exceed its
/// [deadline](CallContext::expires_at), it fails immediately and the error reports the required
/// wait. The limiter also reads each response: after a 429, the requests in its scope pause until
/// the time that the server gives. The [`Operation`](crate::Operation) in a request's context
/// identifies its operation; without one, its method does. The layer does not change responses.
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
pub struct RateLimitLayer(Arc<RateLimitSettings>);

#[derive(Clone, Debug)]
struct RateLimitSettings {
    limiter: RateLimiter,
    permits: Option<Permits>,
    observer: Option<Observer>,
}

impl RateLimitLayer {
    /// Limits requests by `limiter`, which other layers may share.
    pub fn new(limiter: RateLimiter) -> Self {
        Self(Arc::new(RateLimitSettings { limiter, permits: None, observer: None }))
    }

    /// Calls an observer when requests begin to pause.
    #[must_use]
    pub fn observer(mut self, observer: Observer) -> Self {
        Arc::make_mut(&mut self.0).observer = Some(observer);
        self
    }

    /// Makes each request hold a permit from its turn until its response has been read.
    pub(crate) fn permits(mut self, permits: Permits) -> Self {
        Arc::make_mut(&mut self.0).permits = Some(permits);
        self
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimited { inner, settings: Arc::clone(&self.0) }
    }
}

/// Makes each request wait for its turn; see [`RateLimitLayer`].
#[derive(Clone, Debug)]
pub struct RateLimited<S> {
    inner: S,
    settings: Arc<RateLimitSettings>,
}

impl<S> Service<Request<Bytes>> for RateLimited<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = Either<
        RateLimitedFuture<Once<S, Request<Bytes>>>,
        BoxFuture<'static, Result<Response<Bytes>, Error>>,
    >;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let limited = LimitedRequest::of(&request);
        // Without a limit in force, there is nothing to wait for.
        if self.settings.permits.is_none()
            && let Some(departure) = self.settings.limiter.admit_at_once()
        {
            let sent = SentRequest::begin(&self.settings, limited, departure, &mut request);
            let result = once(&mut self.inner, request);
            return Either::Left(RateLimitedFuture { result, sent });
        }
        let (mut inner, settings) = (self.inner.clone(), Arc::clone(&self.settings));
        Either::Right(Box::pin(async move {
            let RateLimitSettings { limiter, permits, .. } = &*settings;
            let expires_at = CallContext::of(&request).and_then(CallContext::expires_at);
            let admitted = limiter.admit(limited.target(), expires_at, permits.as_ref()).await;
            let (departure, _permit) = admitted?;
            let sent = SentRequest::begin(&settings, limited, departure, &mut request);
            RateLimitedFuture { result: once(&mut inner, request), sent }.await
        }))
    }
}

pin_project! {
    /// Waits for a response and lets the limiter learn from it; see [`RateLimitLayer`].
    #[derive(Debug)]
    pub struct RateLimitedFuture<F> {
        #[pin]
        result: F,
        // `None` if the limiter learns nothing.
        sent: Option<SentRequest>,
    }
}

impl<F: Future<Output = Result<Response<Bytes>, Error>>> Future for RateLimitedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.result.poll(cx));
        if let Some(sent) = this.sent.take() {
            sent.finish(&result);
        }
        Poll::Ready(result)
    }
}

/// A request that was sent; when dropped, the limiter learns what the server responded.
///
/// Only the server's own response counts, whatever the layers below return. It counts as well if
/// the call ends before its body.
#[derive(Debug)]
struct SentRequest {
    settings: Arc<RateLimitSettings>,
    limited: LimitedRequest,
    departure: Departure,
    delivery: Delivery,
    /// The delivery reads the server's responses.
    is_watched: bool,
}

impl SentRequest {
    /// Begins to read the server's responses, if the limiter learns from them.
    fn begin(
        settings: &Arc<RateLimitSettings>,
        limited: LimitedRequest,
        departure: Departure,
        request: &mut Request<Bytes>,
    ) -> Option<Self> {
        let reader = settings.limiter.reader()?;
        let delivery = CallContext::delivery_of(request);
        let is_watched = delivery.watch_limit(reader);
        let settings = Arc::clone(settings);
        Some(Self { settings, limited, departure, delivery, is_watched })
    }

    /// Learns from the result, if the server's own response is not known.
    fn finish(self, result: &Result<Response<Bytes>, Error>) {
        if let Ok(response) = result
            && !(self.is_watched && self.delivery.is_recorded())
            && let Some(reader) = self.settings.limiter.reader()
        {
            self.observe(response.status(), reader.read(response.status(), response.headers()));
        }
    }

    fn observe(&self, status: StatusCode, hint: RateLimitHint) {
        let RateLimitSettings { limiter, observer, .. } = &*self.settings;
        let begun = limiter.observe_response(self.departure, &self.limited, status, hint);
        if let Some(observer) = observer {
            for Cooldown { scope, wait } in begun {
                observer.notify(&ClientEvent::RateLimited {
                    operation: &self.limited.operation,
                    scope,
                    wait,
                });
            }
        }
    }
}

impl Drop for SentRequest {
    fn drop(&mut self) {
        if self.is_watched
            && let Some((status, hint)) = self.delivery.unwatch_limit()
        {
            self.observe(status, hint);
        }
    }
}
