//! Marks a request as sent right before it is passed to the service that sends it.

use std::task::{Context, Poll};

use futures_util::future::{Either, Ready, ready};
use http::Request;
use tower::Service;

use crate::call::CallContext;
use crate::error::BoxError;

/// Marks each request as sent, or returns the error if it is too late to send it.
///
/// The mark is set once the inner service is ready and called, so that a request does not count as
/// sent while it waits for that.
#[derive(Clone, Debug)]
pub(crate) struct MarkSent<S>(pub(crate) S);

impl<S, B> Service<Request<B>> for MarkSent<S>
where
    S: Service<Request<B>, Error = BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Either<S::Future, Ready<Result<S::Response, BoxError>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match CallContext::of(&request).map_or(Ok(()), |context| context.delivery().mark_sent()) {
            Ok(()) => Either::Left(self.0.call(request)),
            Err(error) => Either::Right(ready(Err(error.into()))),
        }
    }
}
