//! A type-erased service that is cheap to clone.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tower::Service;

use crate::error::Error;
use crate::once::once;

/// A type-erased service; all clones share one inner service.
///
/// It is always ready: the future that it returns waits for the inner service's readiness.
/// tower's boxed services clone the whole inner service with each clone, and every outer layer
/// clones once per call.
pub(crate) struct Erased<Q, A>(Arc<Call<Q, A>>);

type Call<Q, A> = dyn Fn(Q) -> BoxFuture<'static, Result<A, Error>> + Send + Sync;

impl<Q, A> Erased<Q, A> {
    /// Calls a new clone of `service` for each request.
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Q, Response = A, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        Q: Send + 'static,
        A: Send + 'static,
    {
        Self::from_fn(move |request| once(service.clone(), request))
    }

    /// Calls a function for each request and returns its future.
    pub(crate) fn from_fn<F, R>(call: F) -> Self
    where
        F: Fn(Q) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, Error>> + Send + 'static,
    {
        Self(Arc::new(move |request| Box::pin(call(request))))
    }
}

impl<Q, A> Clone for Erased<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q, A> Service<Q> for Erased<Q, A> {
    type Response = A;
    type Error = Error;
    type Future = BoxFuture<'static, Result<A, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Q) -> Self::Future {
        (self.0)(request)
    }
}
