//! A type-erased service that is cheap to clone.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, Either};
use tower::Service;

use crate::error::{BoxError, Error};
use crate::stack::boxed::IntoBoxed;
use crate::stack::{Once, once};

/// A type-erased service; all clones share one inner service.
///
/// It is always ready: the future that it returns waits for the inner service's readiness.
/// tower's boxed services clone the whole inner service with each clone, and every outer layer
/// clones once per call. Only [`reporting`](Self::reporting) makes it report the readiness of the
/// inner service.
pub(crate) struct Erased<Q, A> {
    shared: Arc<dyn SharedService<Q, A>>,
    reports: bool,
    /// A copy of the inner service that this handle has asked whether it is ready.
    asked: Option<Box<dyn Asked<Q, A>>>,
}

/// What the clones of a service share.
trait SharedService<Q, A>: Send + Sync {
    /// Calls a copy of the service.
    fn call(&self, request: Q) -> ErasedFuture<A>;

    /// Returns a copy that can be asked whether it is ready; `None` if it always is.
    fn copied(&self) -> Option<Box<dyn Asked<Q, A>>>;
}

/// A copy of a service, for one request.
trait Asked<Q, A>: Send + Sync {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;
    fn call(self: Box<Self>, request: Q) -> ErasedFuture<A>;
}

type ErasedFuture<A> = BoxFuture<'static, Result<A, Error>>;

impl<Q: 'static, A: 'static> Erased<Q, A> {
    /// Calls a new clone of `service` for each request.
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Q, Response = A, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        Q: Send + 'static,
        A: Send + 'static,
    {
        Self::from_fn(move |request| once(&mut service.clone(), request))
    }

    /// The same for a service whose futures are boxed already, which are not boxed again.
    pub(crate) fn of_boxed<S>(service: S) -> Self
    where
        S: Service<Q, Response = A, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: IntoBoxed<Result<A, Error>> + Send + 'static,
        Q: Send + 'static,
        A: Send + 'static,
    {
        let call = move |request| once(&mut service.clone(), request).into_boxed();
        Self { shared: Arc::new(Function(call)), reports: false, asked: None }
    }

    /// Calls the service.
    pub(crate) fn send(&self, request: Q) -> ErasedFuture<A> {
        self.shared.call(request)
    }

    /// Calls a function for each request and returns its future.
    pub(crate) fn from_fn<F, R>(call: F) -> Self
    where
        F: Fn(Q) -> R + Send + Sync + 'static,
        R: Future<Output = Result<A, Error>> + Send + 'static,
    {
        let call = move |request| -> ErasedFuture<A> { Box::pin(call(request)) };
        Self { shared: Arc::new(Function(call)), reports: false, asked: None }
    }

    /// Calls a function for each request, with a copy of `service` to send it through.
    pub(crate) fn around<S, F, R>(service: S, call: F) -> Self
    where
        S: Service<Q> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        F: Fn(Copied<S>, Q) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<A, Error>> + Send + 'static,
    {
        Self { shared: Arc::new(Around { service, call }), reports: false, asked: None }
    }

    /// Reports the readiness of the inner service, and calls it when the future is first polled.
    ///
    /// This is for the layers of a slot, which a layer outside of them may ask. A handle that is
    /// called without being ready waits in its future.
    pub(crate) fn reporting(mut self) -> Self {
        self.reports = true;
        self
    }
}

impl<Q, A> Clone for Erased<Q, A> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), reports: self.reports, asked: None }
    }
}

impl<Q: Send + 'static, A: 'static> Service<Q> for Erased<Q, A> {
    type Response = A;
    type Error = Error;
    type Future = ErasedFuture<A>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if !self.reports {
            return Poll::Ready(Ok(()));
        }
        if self.asked.is_none() {
            self.asked = self.shared.copied();
        }
        let Some(asked) = &mut self.asked else { return Poll::Ready(Ok(())) };
        let ready = asked.poll_ready(cx);
        if matches!(ready, Poll::Ready(Err(_))) {
            // A service that failed is not asked again.
            self.asked = None;
        }
        ready
    }

    fn call(&mut self, request: Q) -> Self::Future {
        if !self.reports {
            return self.shared.call(request);
        }
        let (asked, shared) = (self.asked.take(), Arc::clone(&self.shared));
        Box::pin(async move {
            match asked {
                Some(asked) => asked.call(request),
                None => shared.call(request),
            }
            .await
        })
    }
}

/// A copy of a service to send one request through.
pub(crate) struct Copied<S> {
    service: S,
    is_ready: bool,
}

impl<S> Copied<S> {
    /// Sends the request; waits first if the service is not ready.
    pub(crate) fn once<Q>(mut self, request: Q) -> Once<S, Q>
    where
        S: Service<Q> + Clone,
    {
        if self.is_ready {
            Either::Left(self.service.call(request))
        } else {
            once(&mut self.service, request)
        }
    }
}

/// A function that is called for each request.
struct Function<F>(F);

impl<Q, A, F> SharedService<Q, A> for Function<F>
where
    F: Fn(Q) -> ErasedFuture<A> + Send + Sync,
{
    fn call(&self, request: Q) -> ErasedFuture<A> {
        (self.0)(request)
    }

    fn copied(&self) -> Option<Box<dyn Asked<Q, A>>> {
        None
    }
}

/// A service and the function around it.
struct Around<S, F> {
    service: S,
    call: F,
}

impl<Q, A, S, F, R> SharedService<Q, A> for Around<S, F>
where
    Q: 'static,
    A: 'static,
    S: Service<Q> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    F: Fn(Copied<S>, Q) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<A, Error>> + Send + 'static,
{
    fn call(&self, request: Q) -> ErasedFuture<A> {
        let service = Copied { service: self.service.clone(), is_ready: false };
        Box::pin((self.call)(service, request))
    }

    fn copied(&self) -> Option<Box<dyn Asked<Q, A>>> {
        let service = Copied { service: self.service.clone(), is_ready: false };
        Some(Box::new(Around { service, call: self.call.clone() }))
    }
}

impl<Q, A, S, F, R> Asked<Q, A> for Around<Copied<S>, F>
where
    S: Service<Q> + Clone + Send + Sync,
    S::Error: Into<BoxError>,
    F: Fn(Copied<S>, Q) -> R + Send + Sync,
    R: Future<Output = Result<A, Error>> + Send + 'static,
{
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Copied { service, is_ready } = &mut self.service;
        let ready = service.poll_ready(cx);
        *is_ready = matches!(ready, Poll::Ready(Ok(())));
        // Nothing was sent: there was no request.
        ready.map_err(|error| Error::from_middleware(error.into(), false))
    }

    fn call(self: Box<Self>, request: Q) -> ErasedFuture<A> {
        let Self { service, call } = *self;
        Box::pin(call(service, request))
    }
}
