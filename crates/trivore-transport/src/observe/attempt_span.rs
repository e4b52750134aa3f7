//! Opens the span of an attempt above the layers of the attempt slot.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::Service;
use tracing::Instrument as _;

use crate::call::AttemptEnd;
use crate::error::Error;
use crate::observe::{OpenedSpan, record_attempt};
use crate::stack::once;

/// Runs the layers of the attempt slot in the span of the attempt.
///
/// So a layer there that passes the trace to the server, or logs, is within the right span. The
/// request below takes the span over and records its end.
#[derive(Clone, Debug)]
pub(crate) struct AttemptSpan<S>(S);

impl<S> AttemptSpan<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self(inner)
    }
}

impl<S> Service<Request<Bytes>> for AttemptSpan<S>
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
        let (opened, span) = OpenedSpan::open(&mut request);
        let mut running = SpannedAttempt { opened, end: AttemptEnd::CutOff };
        let result = span.in_scope(|| once(&mut self.0, request));
        let attempt = async move {
            let result = result.await;
            running.ended(&result);
            result
        };
        Box::pin(attempt.instrument(span))
    }
}

/// The layers of a slot at work; when dropped, it records the end if no request was sent.
struct SpannedAttempt {
    opened: OpenedSpan,
    end: AttemptEnd,
}

impl SpannedAttempt {
    fn ended(&mut self, result: &Result<Response<Bytes>, Error>) {
        self.end = AttemptEnd::of(result);
    }
}

impl Drop for SpannedAttempt {
    fn drop(&mut self) {
        if let Some(span) = self.opened.end() {
            record_attempt(&span, self.end);
        }
    }
}
