//! Each request waits for its turn, and each answer may make all others wait.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service};

use crate::error::Error;
use crate::layer::ExpiresAt;
use crate::once::once;
use crate::rate_limit::RateLimiter;

/// Puts [`RateLimit`] around a service.
#[derive(Clone, Debug)]
pub struct RateLimitLayer {
    limiter: RateLimiter,
}

impl RateLimitLayer {
    /// Lets requests leave as `limiter` says, which other layers may have, too.
    pub fn new(limiter: RateLimiter) -> Self {
        Self { limiter }
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimit<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimit { inner, limiter: self.limiter.clone() }
    }
}

/// Sends each request when it is its turn, as a [`RateLimiter`] says.
///
/// A request's turn is decided when its future is first polled. One whose turn would come after
/// its [`ExpiresAt`] fails at once. What the server says in its answers is heeded by all who
/// share the limiter; the answers themselves are passed on as they are.
#[derive(Clone, Debug)]
pub struct RateLimit<S> {
    inner: S,
    limiter: RateLimiter,
}

impl<S> Service<Request<Bytes>> for RateLimit<S>
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

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (inner, limiter) = (self.inner.clone(), self.limiter.clone());
        Box::pin(async move {
            let expires_at = request.extensions().get::<ExpiresAt>().copied();
            let departure = limiter.admit(expires_at).await?;
            let response = once(inner, request).await?;
            limiter.heed(departure, response.status(), response.headers());
            Ok(response)
        })
    }
}
