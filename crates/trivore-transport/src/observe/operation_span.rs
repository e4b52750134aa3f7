//! Runs each call in a span.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::Instant;
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

use crate::call::{AttemptEnd, CallContext, Delivery, Operation};
use crate::error::Error;
use crate::observe::span_fields::{of_call, record_call};
use crate::observe::{ClientEvent, Observer};
use crate::stack::once;

/// Runs each call in a span and names its operation in errors.
///
/// The span `trivore.call` has the level `INFO` and the fields `otel.name` (the name of the
/// operation), `otel.kind` (`internal`), `otel.status_code` (`ERROR` if the call failed),
/// `trivore.operation`, and those of OpenTelemetry's HTTP conventions `http.request.method`,
/// `url.template` (the route, never the path), `http.response.status_code` and `error.type`. It
/// never contains paths, queries, headers or bodies.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::OperationSpanLayer;
/// use trivore_transport::{CallContext, Error, Operation};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let broken = tower::service_fn(async |_: Request<Bytes>| {
///     Err::<Response<Bytes>, _>(Error::connect("connection refused"))
/// });
/// let service = ServiceBuilder::new().layer(OperationSpanLayer::new()).service(broken);
///
/// let mut request = Request::new(Bytes::new());
/// let operation = Operation::get("users.get", "/user/{userId}");
/// request.extensions_mut().insert(CallContext::new(operation));
/// let error = service.oneshot(request).await.unwrap_err();
///
/// assert_eq!(error.to_string(), "users.get: could not connect: connection refused");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct OperationSpanLayer {
    observer: Option<Observer>,
}

impl OperationSpanLayer {
    /// Makes a layer without an observer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls an observer when a call ends.
    #[must_use]
    pub fn observer(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }
}

impl<S> Layer<S> for OperationSpanLayer {
    type Service = OperationSpan<S>;

    fn layer(&self, inner: S) -> Self::Service {
        OperationSpan { inner, layer: self.clone() }
    }
}

/// Runs each call in a span; see [`OperationSpanLayer`].
#[derive(Clone, Debug)]
pub struct OperationSpan<S> {
    inner: S,
    layer: OperationSpanLayer,
}

impl<S> Service<Request<Bytes>> for OperationSpan<S>
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
        let operation = CallContext::operation_of(&request);
        let span = of_call(&operation);
        let observed = self.layer.observer.as_ref().map(|observer| ObservedCall {
            observer: observer.clone(),
            delivery: CallContext::delivery_of(&mut request),
            begun: Instant::now(),
        });
        let mut running =
            RunningCall { operation, observed, span: span.clone(), end: AttemptEnd::CutOff };
        let call = span.in_scope(|| once(&mut self.inner, request));
        let call = async move {
            let result = call.await.map_err(|error| error.of(running.operation.clone()));
            running.ended(&result);
            result
        };
        Box::pin(call.instrument(span))
    }
}

/// A call in flight; when dropped, it reports how the call ended.
struct RunningCall {
    operation: Operation,
    observed: Option<ObservedCall>,
    span: Span,
    end: AttemptEnd,
}

/// What is only kept for an observer.
struct ObservedCall {
    observer: Observer,
    delivery: Delivery,
    begun: Instant,
}

impl RunningCall {
    fn ended(&mut self, result: &Result<Response<Bytes>, Error>) {
        self.end = AttemptEnd::of(result);
    }
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        record_call(&self.span, self.end);
        tracing::debug!(target: "trivore", parent: &self.span, end = %self.end, "call ended");
        if let Some(ObservedCall { observer, delivery, begun }) = &self.observed {
            observer.notify(&ClientEvent::CallEnded {
                operation: &self.operation,
                attempts: delivery.count(),
                end: self.end,
                elapsed: begun.elapsed(),
            });
        }
    }
}
