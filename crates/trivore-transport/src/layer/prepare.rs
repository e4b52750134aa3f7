//! What every request has: an absolute address and the headers all share.

use std::fmt::Write as _;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{Either, Ready, ready};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Response};
use tower::{Layer, Service};

use crate::base_url::BaseUrl;
use crate::error::Error;
use crate::once::{Once, once};

/// Puts [`Prepare`] around a service.
#[derive(Clone, Debug)]
pub struct PrepareLayer(Arc<Shared>);

/// What all requests have in common.
#[derive(Debug)]
struct Shared {
    base_url: BaseUrl,
    user_agent: HeaderValue,
}

impl PrepareLayer {
    /// Sends requests to `base_url`, with this `User-Agent`.
    pub fn new(base_url: BaseUrl, user_agent: HeaderValue) -> Self {
        Self(Arc::new(Shared { base_url, user_agent }))
    }
}

impl<S> Layer<S> for PrepareLayer {
    type Service = Prepare<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Prepare { inner, shared: Arc::clone(&self.0) }
    }
}

/// Joins the base URL and sets `Accept`, `User-Agent` and `X-Request-Id`.
///
/// `Accept: application/json` is documented as required by some endpoints. A
/// header that is set already stays. One identifier serves all attempts of a call.
#[derive(Clone, Debug)]
pub struct Prepare<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Request<Bytes>> for Prepare<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = Either<Once<S, Request<Bytes>>, Ready<Result<Response<Bytes>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let uri = std::mem::take(request.uri_mut());
        match self.shared.base_url.join(uri) {
            Ok(uri) => *request.uri_mut() = uri,
            Err(error) => return Either::Right(ready(Err(Error::input(error)))),
        }
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        headers.entry(USER_AGENT).or_insert_with(|| self.shared.user_agent.clone());
        if let http::header::Entry::Vacant(entry) = headers.entry(REQUEST_ID)
            && let Some(id) = request_id()
        {
            entry.insert(id);
        }
        Either::Left(once(self.inner.clone(), request))
    }
}

/// 128 random bits in hex; a system without randomness sends requests without a name.
fn request_id() -> Option<HeaderValue> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    let mut id = String::with_capacity(32);
    write!(id, "{:032x}", u128::from_be_bytes(bytes)).ok()?;
    HeaderValue::try_from(id).ok()
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
