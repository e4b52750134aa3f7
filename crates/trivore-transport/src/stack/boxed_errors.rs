//! Converts the errors of services of the user's.

use std::task::{Context, Poll};

use futures_util::future::{MapErr, TryFutureExt as _};
use tower::Service;

use crate::error::BoxError;

/// Boxes the errors of a service; unlike tower's `MapErr`, it does not name their type.
#[derive(Clone, Debug)]
pub(crate) struct BoxErrors<S>(pub(crate) S);

impl<S, Q> Service<Q> for BoxErrors<S>
where
    S: Service<Q>,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = MapErr<S::Future, fn(S::Error) -> BoxError>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Q) -> Self::Future {
        self.0.call(request).map_err(Into::into)
    }
}
