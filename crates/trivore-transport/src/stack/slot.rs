//! The slots for the user's layers: adapters that fit any tower layer into the stack.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, FutureExt as _, ready};
use http::{Request, Response};
use tower::{Layer, Service};

use crate::call::CallContext;
use crate::error::{BoxError, Error};
use crate::message::{Body, CollectError, settle_length};
use crate::stack::erased::Erased;
use crate::stack::{BoxErrors, HttpService, IntoBoxed, MarkSent, once};

/// A part of the stack below one of the SDK's layers: bytes in, bytes out, one error type.
pub(crate) type Stack = Erased<Request<Bytes>, Response<Bytes>>;

/// The inner service that a layer of your own wraps.
///
/// It accepts requests with any body type, so layers that change the body type fit, too. Its
/// responses have a [`Body`].
///
/// You need the type only to implement [`tower::Layer`] for the slots of a
/// [`ClientBuilder`](crate::ClientBuilder):
///
/// ```
/// use http::{HeaderValue, Request, Response};
/// use tower::ServiceExt as _;
/// use tower::layer::layer_fn;
/// use trivore_transport::{Body, BoxError, Call, Client, Next};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let set_tenant = layer_fn(|next: Next| {
///     next.map_request(|mut request: Request<Body>| {
///         request.headers_mut().insert("x-tenant", HeaderValue::from_static("demo"));
///         request
///     })
/// });
/// let client = Client::builder("https://id.example.com")
///     .call_layer(set_tenant)
///     .service(tower::service_fn(async |request: Request<Body>| {
///         let tenant = request.headers()["x-tenant"].to_str()?;
///         Ok::<_, BoxError>(Response::new(format!("\"{tenant}\"")))
///     }))
///     .build()?;
///
/// let tenant: String = client.send(Call::get(&["ping"])).await?;
/// assert_eq!(tenant, "demo");
/// # Ok(())
/// # }
/// ```
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
    /// Converts a service's response body and error to [`Body`] and [`Error`].
    pub(crate) fn plain<S: HttpService>(service: S) -> Self {
        Self::wrapping(BoxErrors(service), false)
    }

    /// Wraps the innermost service, whose responses are the server's own.
    ///
    /// It records each request and its response in the request's [`Delivery`](crate::Delivery).
    /// The service marks the request as sent; see [`custom`](Self::custom).
    pub(crate) fn recording<S: HttpService>(service: S) -> Self {
        Self::wrapping(BoxErrors(service), true)
    }

    /// Wraps a service; if it `records`, a request gets a record of its own.
    fn wrapping<S: HttpService<Error = BoxError>>(service: S, records: bool) -> Self {
        let begin = move |request: &mut Request<Body>| {
            let delivery = CallContext::kept(request)?.delivery();
            if records {
                settle_length(request)?;
                CallContext::begin_request(request)
            } else {
                Ok(delivery.clone())
            }
        };
        Self(Erased::around(service, move |service, mut request: Request<Body>| {
            let delivery = match begin(&mut request) {
                Ok(delivery) => delivery,
                Err(error) => return Either::Right(ready(Err(error))),
            };
            // Mapped, since an `async` block would store the future of the service twice.
            Either::Left(service.once(request).map(move |response| {
                let response = response
                    .map(|response| response.map(Body::new))
                    .map_err(|error| Error::from_middleware(error, delivery.attempt_is_open()));
                if records {
                    delivery.end_request(&response);
                }
                response
            }))
        }))
    }

    /// Wraps the user's service that replaces HTTP; a request counts as sent when it is called.
    pub(crate) fn custom<S: HttpService>(service: S) -> Self {
        Self::wrapping(MarkSent(BoxErrors(service)), true)
    }

    /// Makes a handle for a layer of the user's.
    ///
    /// It passes the readiness of the service below on, so that layers such as `LoadShed` work
    /// above layers that were added to the same slot after them. It calls when first polled: a
    /// layer may call in one runtime and poll in another.
    fn for_layer(self) -> Self {
        Self(self.0.reporting())
    }

    /// Wraps the SDK's layers below a slot.
    fn stack(stack: Stack) -> Self {
        Self(Erased::from_fn(move |request: Request<Body>| {
            let mut stack = stack.clone();
            async move {
                CallContext::kept(&request)?;
                let (head, body) = request.into_parts();
                // Buffered, so that the request can be retried.
                let body = body.collect(usize::MAX).await.map_err(|error| match error {
                    CollectError::Broken(source) => Error::middleware(source, false),
                    CollectError::TooLarge => Error::too_large(usize::MAX),
                })?;
                let response = once(&mut stack, Request::from_parts(head, body)).await?;
                Ok(response.map(Body::from))
            }
        }))
    }
}

/// The user's layers of one slot, outermost first.
#[derive(Clone, Default)]
pub(crate) struct LayerSlot(Vec<Arc<dyn Fn(Next) -> Next + Send + Sync>>);

impl LayerSlot {
    pub(crate) fn push<L>(&mut self, layer: L)
    where
        L: Layer<Next, Service: HttpService> + Send + Sync + 'static,
    {
        self.0.push(Arc::new(move |next: Next| Next::plain(layer.layer(next.for_layer()))));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wraps the connector with the slot's layers.
    pub(crate) fn around_innermost(&self, innermost: Next) -> Next {
        self.0.iter().rev().fold(innermost, |next, layer| layer(next))
    }

    /// Wraps a part of the SDK's stack with the slot's layers; an empty slot costs nothing.
    pub(crate) fn around<S>(&self, stack: S, limit: usize) -> Stack
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: IntoBoxed<Result<Response<Bytes>, Error>> + Send + 'static,
    {
        let stack = Stack::of_boxed(stack);
        if self.is_empty() {
            return stack;
        }
        let next = self.around_innermost(Next::stack(stack));
        Stack::from_fn(move |request| collected(next.clone(), request, limit))
    }
}

impl fmt::Debug for LayerSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} layers", self.0.len())
    }
}

/// Sends a request through a slot and buffers the body that its layers return.
async fn collected(
    mut next: Next,
    mut request: Request<Bytes>,
    limit: usize,
) -> Result<Response<Bytes>, Error> {
    let delivery = CallContext::delivery_of(&mut request);
    let (head, body) = once(&mut next, request.map(Body::from)).await?.into_parts();
    let body = body.collect(limit).await.map_err(|error| match error {
        CollectError::TooLarge => Error::too_large(limit),
        CollectError::Broken(source) => Error::from_middleware(source, delivery.attempt_is_open()),
    })?;
    Ok(Response::from_parts(head, body))
}
