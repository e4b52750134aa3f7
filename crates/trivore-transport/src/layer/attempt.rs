//! One attempt: headers and body within a time, and a body of bounded size.

use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service, ServiceExt as _};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::body::{Body, CollectError, Collected};
use crate::delivery::Delivery;
use crate::error::{BoxError, Error};
use crate::kind::Scope;
use crate::layer::retry::AttemptNumber;
use crate::observer::{Event, Observer};
use crate::once::once_timed;
use crate::operation::Operation;
use crate::retry::AttemptEnd;
use crate::within::within;

/// Puts [`Attempt`] around a service.
#[derive(Clone, Debug)]
pub struct AttemptLayer {
    timeout: Option<Duration>,
    max_response_size: usize,
    observer: Option<Observer>,
}

impl AttemptLayer {
    /// Reads answers of up to `max_response_size` bytes, without a limit of time.
    pub fn new(max_response_size: usize) -> Self {
        Self { timeout: None, max_response_size, observer: None }
    }

    /// Limits one attempt, its whole answer included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Tells an observer of each attempt that ends.
    #[must_use]
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
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
/// and any error. Time covers headers and body; a body above the size is refused unread.
/// Of an answer that is itself a failure, up to 256 KiB are read within two seconds, so that
/// its connection can be used again, and what could be read is passed on.
///
/// Each attempt has a span `trivore.attempt` within its call's, with the same field names
/// and `http.request.resend_count`.
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
        let mut running = Running::new(&request, self.layer.observer.clone());
        let span = running.span.clone();
        let AttemptLayer { timeout, max_response_size: limit, .. } = self.layer;
        let inner = self.inner.clone().map_err(Into::into);
        let answer = span.in_scope(|| once_timed(inner, request.map(Body::from)));
        let attempt = async move {
            let answer = {
                let mut exchange = pin!(exchange(answer, &delivery, limit));
                match timeout {
                    None => Ok(exchange.await),
                    Some(timeout) => within(timeout, exchange.as_mut()).await?.ok_or(timeout),
                }
            };
            // By now the exchange is dropped, and whoever sent it has told how far it came.
            let answer = answer.unwrap_or_else(|timeout| {
                Err(Error::timeout(timeout, Scope::Attempt, delivery.attempt_was_sent()))
            });
            running.ended(&answer);
            answer
        };
        Box::pin(attempt.instrument(span))
    }
}

/// An attempt under way; dropped, it tells how the attempt ended.
struct Running {
    operation: Operation,
    number: u32,
    observer: Option<Observer>,
    begun: Instant,
    span: Span,
    end: AttemptEnd,
}

impl Running {
    fn new(request: &Request<Bytes>, observer: Option<Observer>) -> Self {
        let operation = Operation::of(request);
        let number = request.extensions().get::<AttemptNumber>().map_or(1, |number| number.0);
        let span = tracing::info_span!(
            target: "trivore",
            "trivore.attempt",
            otel.kind = "client",
            http.request.method = operation.method.as_str(),
            http.request.resend_count = number.saturating_sub(1),
            url.template = operation.route,
            http.response.status_code = Empty,
            error.type = Empty,
        );
        let (begun, end) = (Instant::now(), AttemptEnd::CutOff);
        Self { operation, number, observer, begun, span, end }
    }

    fn ended(&mut self, answer: &Result<Response<Bytes>, Error>) {
        self.end = AttemptEnd::of(answer);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end.record(&self.span);
        if let Some(observer) = &self.observer {
            observer.notify(&Event::AttemptEnded {
                operation: &self.operation,
                attempt: self.number,
                end: self.end,
                elapsed: self.begun.elapsed(),
            });
        }
    }
}

/// Reads an answer to its end.
async fn exchange<B>(
    answer: impl Future<Output = Result<Response<B>, BoxError>>,
    delivery: &Delivery,
    limit: usize,
) -> Result<Response<Bytes>, Error>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let answer =
        answer.await.map_err(|error| Error::from_middleware(error, delivery.attempt_was_sent()));
    let (head, body) = answer?.into_parts();
    let body = Body::new(body);
    if !head.status.is_success() {
        // Apart, so that no room is kept for it in each attempt.
        let words = Box::pin(words(body, limit.min(MAX_REFUSAL_SIZE))).await;
        return Ok(Response::from_parts(head, words));
    }
    match body.collect(limit).await {
        Ok(body) => Ok(Response::from_parts(head, body)),
        Err(CollectError::TooLarge) => Err(Error::too_large(limit)),
        Err(CollectError::Broken(source)) => Err(Error::connection(source)),
    }
}

/// What a refusal says: it is told by its status, and its words may be cut.
async fn words(body: Body, limit: usize) -> Bytes {
    let mut read = Collected::default();
    // Outside of tokio there is no clock, and what is said is left unread.
    drop(within(MAX_REFUSAL_TIME, body.read_into(&mut read, limit)).await);
    read.into_bytes()
}

const MAX_REFUSAL_SIZE: usize = 256 << 10;
const MAX_REFUSAL_TIME: Duration = Duration::from_secs(2);
