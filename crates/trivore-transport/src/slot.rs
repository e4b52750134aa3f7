//! The slots for users' layers: how any tower layer fits into the stack.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::{Layer, Service, ServiceExt as _};

use crate::body::{Body, CollectError};
use crate::delivery::Delivery;
use crate::erased::Erased;
use crate::error::{BoxError, Error};
use crate::once::once;

/// The stack between our own layers: bytes in, bytes out, one error type.
pub(crate) type Stack = Erased<Request<Bytes>, Response<Bytes>>;

/// The stack below a user's layer.
///
/// It takes requests with any body, so that layers which change the body's type
/// fit as well as those that do not; it answers with [`Body`].
#[derive(Clone)]
pub struct Next(Erased<Request<Body>, Response<Body>>);

impl<B> Service<Request<B>> for Next
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Response<Body>, Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.0.call(request.map(Body::new))
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

impl Next {
    /// The outcome of any service, with our body and error.
    pub(crate) fn leaf<S, RB>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<RB>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        RB: http_body::Body + Send + 'static,
        RB::Data: Send,
        RB::Error: Into<BoxError>,
    {
        Self(Erased::from_fn(move |request: Request<Body>| {
            let sent = Delivery::kept(&request)
                .map(|delivery| (delivery, once(service.clone().map_err(Into::into), request)));
            async move {
                let (delivery, answer) = sent?;
                answer
                    .await
                    .map(|response| response.map(Body::new))
                    .map_err(|error| Error::from_middleware(error, delivery.attempt_was_sent()))
            }
        }))
    }

    /// A user's service in place of HTTP: each request counts as sent once it is called.
    pub(crate) fn own<S, RB>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<RB>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        RB: http_body::Body + Send + 'static,
        RB::Data: Send,
        RB::Error: Into<BoxError>,
    {
        Self::leaf(service.map_request(|mut request: Request<Body>| {
            Delivery::of(&mut request).sends();
            request
        }))
    }

    /// Calls once polled, and where: a layer may call in one runtime and wait in another.
    fn deferred(self) -> Self {
        Self(Erased::from_fn(move |request: Request<Body>| {
            let next = self.0.clone();
            async move { once(next, request).await }
        }))
    }

    /// Our own layers, below a slot.
    fn stack(stack: Stack) -> Self {
        Self(Erased::from_fn(move |request: Request<Body>| {
            let stack = stack.clone();
            async move {
                Delivery::kept(&request)?;
                let (head, body) = request.into_parts();
                // Requests are sent from memory, so that each can be replayed.
                let body = body.collect(usize::MAX).await.map_err(|error| match error {
                    CollectError::Broken(source) => Error::middleware(source, false),
                    CollectError::TooLarge => Error::too_large(usize::MAX),
                })?;
                let response = once(stack, Request::from_parts(head, body)).await?;
                Ok(response.map(Body::from))
            }
        }))
    }
}

/// Users' layers of one slot, outermost first.
#[derive(Clone, Default)]
pub(crate) struct Slot(Vec<Arc<dyn Fn(Next) -> Next + Send + Sync>>);

impl Slot {
    pub(crate) fn push<L, RB>(&mut self, layer: L)
    where
        L: Layer<Next> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = Response<RB>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send + 'static,
        RB: http_body::Body + Send + 'static,
        RB::Data: Send,
        RB::Error: Into<BoxError>,
    {
        self.0.push(Arc::new(move |next: Next| Next::leaf(layer.layer(next.deferred()))));
    }

    /// Puts the slot's layers around what lies below the whole stack of ours.
    pub(crate) fn around_leaf(&self, leaf: Next) -> Next {
        self.0.iter().rev().fold(leaf, |next, layer| layer(next))
    }

    /// Puts the slot's layers between two parts of our stack; an empty slot costs nothing.
    pub(crate) fn around<S>(&self, stack: S, limit: usize) -> Stack
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let stack = Stack::new(stack);
        if self.0.is_empty() {
            return stack;
        }
        let next = self.around_leaf(Next::stack(stack));
        Stack::from_fn(move |request| collected(next.clone(), request, limit))
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} layers", self.0.len())
    }
}

/// Sends a request through a slot and reads what its layers make of the answer.
async fn collected(
    next: Next,
    mut request: Request<Bytes>,
    limit: usize,
) -> Result<Response<Bytes>, Error> {
    let delivery = Delivery::of(&mut request);
    let (head, body) = once(next, request.map(Body::from)).await?.into_parts();
    let body = body.collect(limit).await.map_err(|error| match error {
        CollectError::TooLarge => Error::too_large(limit),
        CollectError::Broken(source) => Error::from_middleware(source, delivery.was_sent()),
    })?;
    Ok(Response::from_parts(head, body))
}
