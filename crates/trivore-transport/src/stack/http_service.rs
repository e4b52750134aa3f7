//! What a tower service needs to take part in the stack.

use http::{Request, Response};
use tower::Service;

use crate::error::BoxError;
use crate::message::Body;

/// A tower service that a [`Client`](crate::Client) can send HTTP requests through.
///
/// Every service with these properties implements it: it takes a `Request<Body>`; its error, and
/// that of its response's body, convert into a [`BoxError`]; the body and its data are `Send`; the
/// service is `Clone + Send + Sync`, its futures are `Send`, and none of them borrows. The trait
/// only names this list of bounds: it has no methods of its own, and you cannot implement it.
///
/// ```
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Client, HttpService};
///
/// /// Adds what all of a program's clients have in common.
/// fn client(service: impl HttpService) -> Client {
///     Client::builder("https://id.example.com").service(service).build().expect("valid settings")
/// }
///
/// client(tower::service_fn(async |_: Request<Body>| {
///     Ok::<_, BoxError>(Response::new("pong".to_owned()))
/// }));
/// ```
pub trait HttpService:
    Service<
        Request<Body>,
        Response = Response<Self::ResponseBody>,
        Error: Into<BoxError>,
        Future: Send + 'static,
    > + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its responses.
    type ResponseBody: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> HttpService for S
where
    S: Service<
            Request<Body>,
            Response = Response<B>,
            Error: Into<BoxError>,
            Future: Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type ResponseBody = B;
}
