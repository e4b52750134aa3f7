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

use crate::faults::Broken;

/// Answers requests as the server does, in the caller's task.
///
/// Only path and query of the requests' addresses count. It stays usable after the server stops.
///
/// Where a [`Fault`](crate::Fault) ends the connection, the service fails with
/// [`ConnectionReset`](io::ErrorKind::ConnectionReset) or
/// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof); where it cuts a body, the body fails with the
/// latter. Calls that are never answered end when the server stops, as if closed.
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
        let answer = self.0.call(request.map(Body::new));
        Box::pin(async move {
            let answer = answer.await.unwrap_or_else(|never| match never {});
            match answer.extensions().get() {
                Some(Broken(end)) => Err(end.to_error()),
                None => Ok(answer.map(ResponseBody)),
            }
        })
    }
}

impl fmt::Debug for SandboxService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxService").finish_non_exhaustive()
    }
}

/// Body of an answer of [`SandboxService`].
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
