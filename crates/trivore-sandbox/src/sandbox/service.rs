//! The sandbox as a tower service, for use without a network.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response};
use tower::Service;

use crate::faults::ConnectionEnded;

/// A [`tower::Service`] that handles requests like the server, in the caller's task.
///
/// Unlike the server, it does not check hosts and origins, and does not count unread responses.
///
/// It uses only the path and the query of a request's URI. It keeps working after the server stops.
///
/// If a [`Fault`](crate::Fault) ends the connection, the service fails with
/// [`ConnectionReset`](io::ErrorKind::ConnectionReset) or
/// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof). If a fault cuts off a body, the body fails with
/// `UnexpectedEof`. A call without a response ends when the server stops, as if the connection had
/// been closed.
///
/// # Examples
///
/// ```
/// use http::{Request, StatusCode};
/// use tower::ServiceExt as _;
/// use trivore_sandbox::Sandbox;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sandbox = Sandbox::start().await?;
///
/// let request = Request::get("/.well-known/openid-configuration").body(String::new())?;
/// let response = sandbox.service().oneshot(request).await?;
/// assert_eq!(response.status(), StatusCode::OK);
/// # sandbox.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SandboxService(Router);

impl SandboxService {
    pub(crate) fn new(router: Router) -> Self {
        Self(router)
    }
}

impl<B> Service<Request<B>> for SandboxService
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<ResponseBody>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // A router is always ready.
        let response = self.0.call(request.map(Body::new));
        Box::pin(async move {
            let response = response.await.unwrap_or_else(|never| match never {});
            match response.extensions().get() {
                Some(ConnectionEnded(end)) => Err(end.to_error()),
                None => Ok(response.map(ResponseBody)),
            }
        })
    }
}

impl fmt::Debug for SandboxService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxService").finish_non_exhaustive()
    }
}

/// Body of a response of [`SandboxService`].
#[derive(Debug)]
pub struct ResponseBody(Body);

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.0).poll_frame(context).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.size_hint()
    }
}

type BoxError = Box<dyn Error + Send + Sync>;
