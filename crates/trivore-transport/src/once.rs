//! Calling a service once.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_util::future::{Either, Ready, ready};
use tower::util::Oneshot;
use tower::{Service, ServiceExt as _};

/// What [`once`] returns: as small as the service's own future, or not much larger.
pub(crate) type Once<S, Q> = Either<<S as Service<Q>>::Future, Pin<Box<Unready<S, Q>>>>;

type Unready<S, Q> = Either<Ready<Answer<S, Q>>, Oneshot<S, Q>>;

type Answer<S, Q> = Result<<S as Service<Q>>::Response, <S as Service<Q>>::Error>;

/// Calls a service with one request.
///
/// Most services are ready at once, all of ours are. They are called then and there: tower's
/// `Oneshot` keeps the service and the request in its future until that is polled, and a future
/// that holds requests is large, and moved from layer to layer.
pub(crate) fn once<S: Service<Q>, Q>(mut service: S, request: Q) -> Once<S, Q> {
    match service.poll_ready(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(())) => Either::Left(service.call(request)),
        Poll::Ready(Err(error)) => Either::Right(Box::pin(Either::Left(ready(Err(error))))),
        Poll::Pending => Either::Right(Box::pin(Either::Right(service.oneshot(request)))),
    }
}
