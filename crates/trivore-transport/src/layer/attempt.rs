//! One attempt: headers and body within a time, and a body of bounded size.

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _};

use crate::body::{Body, CollectError};
use crate::delivery::Delivery;
use crate::error::{BoxError, Error, Scope};
use crate::within::within;

/// Puts [`Attempt`] around a service.
#[derive(Clone, Debug)]
pub struct AttemptLayer {
    timeout: Option<Duration>,
    max_response_size: usize,
}

impl AttemptLayer {
    /// Reads answers of up to `max_response_size` bytes, without a limit of time.
    pub fn new(max_response_size: usize) -> Self {
        Self { timeout: None, max_response_size }
    }

    /// Limits one attempt, its whole answer included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Attempt { inner, layer: self.clone() }
    }
}

/// Sends a request through any service and reads its answer to the end.
///
/// It is the border to the rest of the tower world: the service below may have any body
/// and any error. Time covers headers and body; a body above the size is refused
/// unread. Of an answer that is itself a failure, what could be read is passed on.
#[derive(Clone, Debug)]
pub struct Attempt<S> {
    inner: S,
    layer: AttemptLayer,
}

impl<S, B> Service<Request<Bytes>> for Attempt<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Bytes>, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let delivery = Delivery::of(&mut request);
        let inner = self.inner.clone();
        let limit = self.layer.max_response_size;
        let Some(timeout) = self.layer.timeout else {
            return Box::pin(exchange(inner, request, delivery, limit));
        };
        Box::pin(async move {
            let exchange = exchange(inner, request, delivery.clone(), limit);
            let answer = within(timeout, exchange).await?;
            // By now the exchange is dropped, and whoever sent it has told how far it came.
            answer.unwrap_or_else(|| {
                Err(Error::timeout(timeout, Scope::Attempt, delivery.was_sent()))
            })
        })
    }
}

async fn exchange<S, B>(
    service: S,
    request: Request<Bytes>,
    delivery: Delivery,
    limit: usize,
) -> Result<Response<Bytes>, Error>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let answer = service.oneshot(request.map(Body::from)).await;
    let response =
        answer.map_err(|error| Error::from_middleware(error.into(), delivery.was_sent()))?;
    let (head, body) = response.into_parts();
    let body = match Body::new(body).collect(limit).await {
        Ok(body) => body,
        // A refusal is told by its status; its words may be cut.
        Err(CollectError::TooLarge { read } | CollectError::Broken { read, .. })
            if !head.status.is_success() =>
        {
            read
        }
        Err(CollectError::TooLarge { .. }) => return Err(Error::too_large(limit)),
        Err(CollectError::Broken { source, .. }) => return Err(Error::connection(source)),
    };
    Ok(Response::from_parts(head, body))
}
