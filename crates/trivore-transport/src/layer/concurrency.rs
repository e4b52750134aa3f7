//! Limits the number of concurrent requests.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::sync::Semaphore;
use tower::{Layer, Service};

use crate::error::Error;
use crate::once::once;

/// Limits the number of concurrent requests of all services that it makes.
///
/// tower's layer waits in `poll_ready` only; this one waits in `call`, or does not wait at all.
#[derive(Clone)]
pub(crate) struct ConcurrencyLayer {
    permits: Arc<Semaphore>,
    sheds_load: bool,
}

impl ConcurrencyLayer {
    /// Limits the number of concurrent requests to `requests`; others wait, unless `sheds_load`.
    pub(crate) fn new(requests: usize, sheds_load: bool) -> Self {
        Self { permits: Arc::new(Semaphore::new(requests)), sheds_load }
    }
}

impl<S> Layer<S> for ConcurrencyLayer {
    type Service = Concurrency<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Concurrency { inner, layer: self.clone() }
    }
}

/// Limits the number of concurrent requests; see [`ConcurrencyLayer`].
#[derive(Clone)]
pub(crate) struct Concurrency<S> {
    inner: S,
    layer: ConcurrencyLayer,
}

impl<S> Service<Request<Bytes>> for Concurrency<S>
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
        let inner = self.inner.clone();
        let ConcurrencyLayer { permits, sheds_load } = self.layer.clone();
        Box::pin(async move {
            // The semaphore is never closed.
            let _permit = if sheds_load {
                permits.try_acquire().map_err(|_all_taken| Error::before_sending(Overloaded))?
            } else {
                permits.acquire().await.map_err(Error::before_sending)?
            };
            once(inner, request).await
        })
    }
}

/// Why a request was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the client is overloaded: the limit of concurrent requests is reached")]
struct Overloaded;
