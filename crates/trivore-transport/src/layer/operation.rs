//! One span for one operation.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::delivery::Delivery;
use crate::error::Error;
use crate::operation::Operation;

/// Puts [`OperationSpan`] around a service.
#[derive(Clone, Debug, Default)]
pub struct OperationSpanLayer(());

impl OperationSpanLayer {
    /// Makes the layer.
    pub fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for OperationSpanLayer {
    type Service = OperationSpan<S>;

    fn layer(&self, inner: S) -> Self::Service {
        OperationSpan { inner }
    }
}

/// Runs each call in a span and names its operation in the error.
///
/// The span is called `trivore.call`, at level `INFO`, and has OpenTelemetry's HTTP field
/// names: `http.request.method`, `url.template` (the route, never the path),
/// `http.response.status_code` and `error.type`, besides `otel.name`, `otel.kind` and
/// `trivore.operation`. It never holds paths, queries, headers or bodies.
#[derive(Clone, Debug)]
pub struct OperationSpan<S> {
    inner: S,
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
        let operation = Operation::of(&request);
        Delivery::of(&mut request);
        let span = span(&operation);
        let call = self.inner.clone().oneshot(request);
        let recorded = span.clone();
        let call = async move {
            let answer = call.await.map_err(|error| error.of(operation));
            record(&recorded, &answer);
            answer
        };
        Box::pin(call.instrument(span))
    }
}

fn span(operation: &Operation) -> Span {
    tracing::info_span!(
        target: "trivore",
        "trivore.call",
        otel.name = operation.name,
        otel.kind = "client",
        trivore.operation = operation.name,
        http.request.method = operation.method.as_str(),
        url.template = operation.route,
        http.response.status_code = Empty,
        error.type = Empty,
    )
}

fn record(span: &Span, answer: &Result<Response<Bytes>, Error>) {
    match answer {
        Ok(response) => {
            let status = response.status();
            span.record("http.response.status_code", status.as_u16());
            if !status.is_success() {
                span.record("error.type", status.as_str());
            }
            tracing::debug!(target: "trivore", status = status.as_u16(), "answered");
        }
        Err(error) => {
            span.record("error.type", error.type_name());
            tracing::debug!(target: "trivore", reason = error.type_name(), "failed");
        }
    }
}
