//! Limits the time and size of one attempt.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, pending, ready, select};
use http::{HeaderValue, Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

use crate::call::{AttemptEnd, CallContext, Delivery, Operation};
use crate::deadline::{Timer, clock, within};
use crate::error::{BoxError, Error, REQUEST_ID, TimeoutScope};
use crate::message::{Body, CollectError, Collected, settle_length};
use crate::observe::{
    ClientEvent, Observer, OpenedSpan, record_attempt, record_resend, record_status,
};
use crate::stack::{BoxErrors, MarkSent, once_if};

/// Reads the whole response of one attempt, within limits of time and size.
///
/// The inner service may have any body and error type. The timeout includes headers and body. It
/// begins when the inner service is called, and again when the service calls
/// [`Delivery::mark_sent`]. A body that is larger than the limit is an error; if its size is known
/// in advance, it is not read. If the status is not 2xx, at most 256 KiB of the body are read
/// within two seconds, so that the connection can be reused, and the response contains what was
/// read until then.
///
/// Each attempt runs in a span `trivore.attempt` inside the span of its call. It has the fields
/// `otel.name` (such as `GET /user/{userId}`), `otel.kind` (`client`), `otel.status_code` (`ERROR`
/// for 4xx, 5xx and failures), and those of OpenTelemetry's HTTP conventions
/// `http.request.method`, `http.request.resend_count` (from the second request of a call on),
/// `url.template` (the route, never the path), `server.address`, `server.port`,
/// `http.response.status_code` and `error.type`. `url.full` is left out, because it contains
/// identifiers and filters.
///
/// A request that the inner service is called with counts as sent, so after a timeout an outer
/// [`RetryLayer`](crate::layer::RetryLayer) repeats it only if it is idempotent. If the service
/// knows better, it calls [`Delivery::mark_unsent`], or returns [`Error::connect`] or
/// [`Error::before_sending`]. Its response counts as the server's.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::AttemptLayer;
/// use trivore_transport::{Body, BoxError};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), BoxError> {
/// let slow = tower::service_fn(async |request: Request<Body>| {
///     let seconds = request.uri().path().trim_start_matches('/').parse()?;
///     tokio::time::sleep(Duration::from_secs(seconds)).await;
///     Ok::<_, BoxError>(Response::new("12345678".to_owned()))
/// });
/// let attempt = |max_response_size| {
///     let layer = AttemptLayer::new(max_response_size).timeout(Duration::from_secs(5));
///     ServiceBuilder::new().layer(layer).service(slow)
/// };
/// let request = |path| Request::get(path).body(Bytes::new());
///
/// let response = attempt(8).oneshot(request("/4")?).await?;
/// assert_eq!(response.body(), "12345678");
///
/// let error = attempt(8).oneshot(request("/6")?).await.unwrap_err();
/// assert!(error.is_timeout());
///
/// let error = attempt(7).oneshot(request("/4")?).await.unwrap_err();
/// assert_eq!(error.to_string(), "the response is larger than 7 bytes");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AttemptLayer {
    timeout: Option<Duration>,
    max_response_size: usize,
    observer: Option<Observer>,
    /// The inner service records nothing, so this layer records its requests.
    records_requests: bool,
    /// The attempts end at the deadline of their call.
    keeps_deadline: bool,
}

impl AttemptLayer {
    /// Accepts responses of at most `max_response_size` bytes, without a timeout.
    pub fn new(max_response_size: usize) -> Self {
        Self {
            timeout: None,
            max_response_size,
            observer: None,
            records_requests: true,
            keeps_deadline: false,
        }
    }

    /// For an inner service that records by itself which requests it sends.
    #[must_use]
    pub(crate) fn over_recording(mut self) -> Self {
        self.records_requests = false;
        self
    }

    /// Below a layer that leaves the deadline of the call to the attempts.
    ///
    /// Only attempts with a timeout can keep it.
    pub(crate) fn keeping_deadline(mut self) -> Self {
        self.keeps_deadline = true;
        self
    }

    fn limit_of<B>(&self, request: &Request<B>) -> Option<TimeLimit> {
        let context = CallContext::of(request).filter(|_| self.keeps_deadline);
        let expires_at = context.and_then(CallContext::expires_at).map(|expires| expires.0);
        self.timeout.map(|attempt| TimeLimit { attempt, expires_at })
    }

    /// Limits one attempt, including the whole response.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Calls an observer when an attempt ends.
    #[must_use]
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }
}

impl<S> Layer<S> for AttemptLayer {
    type Service = Attempt<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Attempt { inner: BoxErrors(inner), layer: self.clone() }
    }
}

/// Reads the whole response of one attempt; see [`AttemptLayer`].
#[derive(Clone, Debug)]
pub struct Attempt<S> {
    inner: BoxErrors<S>,
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
        let delivery = CallContext::delivery_of(&mut request);
        let mut running = RunningAttempt::new(&request, &delivery, self.layer.observer.as_ref());
        let span = running.span.clone();
        let AttemptLayer { max_response_size, records_requests, .. } = self.layer;
        let limit = self.layer.limit_of(&request);
        let has_clock = clock().is_ok();
        let begun = Instant::now();
        let mut request = request.map(Body::from);
        let mut round = None;
        let (response, own) = if records_requests {
            let settled = settle_length(&mut request);
            let own = match settled.and_then(|()| CallContext::begin_request(&mut request)) {
                Ok(own) => own,
                Err(error) => return Box::pin(ready(running.failed(error))),
            };
            // A late read does no harm.
            if !CallContext::operation_of(&request).safety.is_safe() {
                round = Some(CallContext::of_mut(&mut request).begin_round());
            }
            // Boxed, since the compiler cannot prove that the future's type is `Send`.
            let response: BoxFuture<'static, Result<Response<B>, BoxError>> = Box::pin(
                span.in_scope(|| once_if(has_clock, &mut MarkSent(self.inner.clone()), request)),
            );
            (Either::Left(response), Some(own))
        } else {
            let response = span.in_scope(|| once_if(has_clock, &mut self.inner, request));
            (Either::Right(response), None)
        };
        let attempt = async move {
            let response = {
                let exchange = pin!(exchange(
                    response,
                    &delivery,
                    own.as_ref(),
                    &running.span,
                    max_response_size
                ));
                match limit {
                    None => Ok(exchange.await),
                    Some(limit) => {
                        limit.wait(begun, &delivery, exchange).await?.ok_or(limit.attempt)
                    }
                }
            };
            drop(round);
            // Read after the exchange was dropped, so that the connector has recorded its progress.
            let response = response.unwrap_or_else(|timeout| {
                let sent = delivery.attempt_is_open() || delivery.response_status().is_some();
                Err(Error::timeout(timeout, TimeoutScope::Attempt, sent))
            });
            running.ended(&response);
            response
        };
        Box::pin(attempt.instrument(span))
    }
}

/// An attempt in flight; when dropped, it reports how the attempt ended.
struct RunningAttempt {
    /// Boxed, since most clients have no observer.
    observed: Option<Box<ObservedAttempt>>,
    span: Span,
    end: AttemptEnd,
}

/// What is only kept for an observer.
struct ObservedAttempt {
    observer: Observer,
    operation: Operation,
    number: u32,
    begun: Instant,
    /// The one that was sent, until a response has another one.
    request_id: Option<HeaderValue>,
}

impl RunningAttempt {
    fn new(request: &Request<Bytes>, delivery: &Delivery, observer: Option<&Observer>) -> Self {
        let span = OpenedSpan::of(request);
        match delivery.count_request() {
            0 => {}
            earlier => record_resend(&span, earlier),
        }
        let kept = observer.map(|observer| {
            Box::new(ObservedAttempt {
                observer: observer.clone(),
                operation: CallContext::operation_of(request),
                number: CallContext::of(request).map_or(1, CallContext::attempt),
                begun: Instant::now(),
                request_id: request.headers().get(REQUEST_ID).cloned(),
            })
        });
        Self { observed: kept, span, end: AttemptEnd::CutOff }
    }

    fn ended(&mut self, response: &Result<Response<Bytes>, Error>) {
        self.end = AttemptEnd::of(response);
        if let (Some(observed), Ok(response)) = (&mut self.observed, response)
            && let Some(id) = response.headers().get(REQUEST_ID)
        {
            observed.request_id = Some(id.clone());
        }
    }

    /// The request was not passed on.
    fn failed(mut self, error: Error) -> Result<Response<Bytes>, Error> {
        let response = Err(error);
        self.ended(&response);
        response
    }
}

impl Drop for RunningAttempt {
    fn drop(&mut self) {
        record_attempt(&self.span, self.end);
        if let Some(observed) = &self.observed {
            let ObservedAttempt { observer, operation, number, begun, request_id } = &**observed;
            observer.notify(&ClientEvent::AttemptEnded {
                operation,
                attempt: *number,
                end: self.end,
                elapsed: begun.elapsed(),
                request_id: request_id.as_ref().and_then(|id| id.to_str().ok()),
            });
        }
    }
}

/// How long an attempt may take.
#[derive(Clone, Copy)]
struct TimeLimit {
    attempt: Duration,
    /// The deadline of the call, if the attempt keeps it.
    expires_at: Option<Instant>,
}

impl TimeLimit {
    fn or_deadline(self, end: Option<Instant>) -> Option<Instant> {
        end.into_iter().chain(self.expires_at).min()
    }

    /// Waits for an exchange, within a limit that begins anew when the request is sent.
    ///
    /// Returns `None` if the limit has expired. At the deadline of the call, this never
    /// returns: the layer that sets the deadline ends the call.
    fn wait<F: Future>(
        self,
        begun: Instant,
        delivery: &Delivery,
        mut exchange: Pin<&mut F>,
    ) -> impl Future<Output = Result<Option<F::Output>, Error>> {
        let keeper = self.expires_at.map(|_| delivery.keep_deadline());
        // An `async fn` would store each argument twice in its future.
        async move {
            // Of the runtime that polls, which may be another one than that of the call.
            let mut timer = pin!(Timer::at(self.or_deadline(begun.checked_add(self.attempt)))?);
            loop {
                if let Either::Left((output, _)) = select(exchange.as_mut(), timer.as_mut()).await {
                    return Ok(Some(output));
                }
                let now = Instant::now();
                if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
                    drop(keeper);
                    return pending().await;
                }
                let end = delivery.expires_at(self.attempt);
                if end.is_none_or(|end| end <= now) {
                    return Ok(None);
                }
                timer.set(Timer::at(self.or_deadline(end))?);
            }
        }
    }
}

/// Waits for a response and reads its whole body.
async fn exchange<B>(
    response: impl Future<Output = Result<Response<B>, BoxError>>,
    delivery: &Delivery,
    own: Option<&Delivery>,
    span: &Span,
    limit: usize,
) -> Result<Response<Bytes>, Error>
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let (head, body) = {
        let response = response.await;
        let response =
            response.map_err(|error| Error::from_middleware(error, delivery.attempt_is_open()));
        if let Some(own) = own {
            own.end_request(&response);
        }
        response?.into_parts()
    };
    // Recorded now: the body may still fail.
    record_status(span, head.status);
    let body = Body::new(body);
    if !head.status.is_success() {
        // Boxed, so that the future of an attempt stays small.
        let words = Box::pin(words(body, limit.min(MAX_REFUSAL_SIZE))).await;
        return Ok(Response::from_parts(head, words));
    }
    match body.collect(limit).await {
        Ok(body) => Ok(Response::from_parts(head, body)),
        Err(CollectError::TooLarge) => Err(Error::too_large(limit)),
        Err(CollectError::Broken(source)) => Err(Error::connection(source)),
    }
}

/// Reads the body of an error response, which may be truncated: its status is what matters.
async fn words(body: Body, limit: usize) -> Bytes {
    let mut read = Collected::default();
    // Outside of a tokio runtime there are no timers, so the body is not read.
    drop(within(MAX_REFUSAL_TIME, body.read_into(&mut read, limit)).await);
    read.into_bytes()
}

const MAX_REFUSAL_SIZE: usize = 256 << 10;
const MAX_REFUSAL_TIME: Duration = Duration::from_secs(2);
