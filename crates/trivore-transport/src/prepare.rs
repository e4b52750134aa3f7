//! Makes requests absolute and sets the headers that all of them have.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{Either, Ready, ready};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};

use crate::address::BaseUrl;
use crate::call::{CallContext, CallNumber};
use crate::error::{Error, REQUEST_ID};
use crate::stack::{Once, once};

/// Joins the base URL and sets `Accept`, `User-Agent` and `X-Request-Id`.
///
/// `Accept: application/json` is required by some endpoints (documented). A header that is already
/// set is kept. Each call gets its own `X-Request-Id`: 16 hexadecimal digits that are random for
/// each layer, and 16 that count the calls of the process. All attempts of an outer
/// [`RetryLayer`](crate::layer::RetryLayer) share it. `Accept-Encoding` is left to the layers below
/// and, in the default stack, to the HTTP client, so that a layer that decodes bodies can be
/// anywhere.
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderValue, Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::PrepareLayer;
/// use trivore_transport::{BaseUrl, BoxError, Error};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let echo = tower::service_fn(async |request: Request<Bytes>| {
///     assert_eq!(request.headers()["accept"], "application/json");
///     assert_eq!(request.headers()["x-request-id"].len(), 32);
///     Ok::<_, Error>(Response::new(Bytes::from(request.uri().to_string())))
/// });
/// let base_url: BaseUrl = "https://gate.example.com/tis".parse()?;
/// let service = ServiceBuilder::new()
///     .layer(PrepareLayer::new(base_url, HeaderValue::from_static("billing/1.4")))
///     .service(echo);
///
/// let response = service.oneshot(Request::get("/user").body(Bytes::new())?).await?;
/// assert_eq!(response.body(), "https://gate.example.com/tis/user");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PrepareLayer(Arc<PrepareSettings>);

/// The settings that all clones share.
#[derive(Debug)]
struct PrepareSettings {
    base_url: BaseUrl,
    user_agent: HeaderValue,
    /// Random; `None` if the system has no randomness. It is asked once, and not in each call,
    /// since identifiers only have to be unique.
    id_prefix: Option<u64>,
}

impl PrepareLayer {
    /// Makes requests relative to `base_url`, with this `User-Agent`.
    pub fn new(base_url: BaseUrl, user_agent: HeaderValue) -> Self {
        Self(Arc::new(PrepareSettings { base_url, user_agent, id_prefix: getrandom::u64().ok() }))
    }
}

impl<S> Layer<S> for PrepareLayer {
    type Service = Prepare<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Prepare { inner, shared: Arc::clone(&self.0) }
    }
}

/// Joins the base URL and sets the headers that all requests have; see [`PrepareLayer`].
#[derive(Clone, Debug)]
pub struct Prepare<S> {
    inner: S,
    shared: Arc<PrepareSettings>,
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
        let number = CallContext::number_of(&request);
        let headers = request.headers_mut();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        headers.entry(USER_AGENT).or_insert_with(|| self.shared.user_agent.clone());
        if let http::header::Entry::Vacant(entry) = headers.entry(REQUEST_ID)
            && let Some(id) = self.shared.request_id(number)
        {
            entry.insert(id);
        }
        Either::Left(once(&mut self.inner, request))
    }
}

impl PrepareSettings {
    fn request_id(&self, number: CallNumber) -> Option<HeaderValue> {
        let mut id = [0; 32];
        for (digits, value) in id.chunks_exact_mut(16).zip([self.id_prefix?, number.0]) {
            write_hex(digits, value);
        }
        HeaderValue::from_bytes(&id).ok()
    }
}

/// Fills `digits` with the last hexadecimal digits of a number.
///
/// A call needs so many that formatting them with `write!` is a twentieth of what a call costs.
fn write_hex(digits: &mut [u8], value: u64) {
    for (index, digit) in digits.iter_mut().rev().enumerate() {
        let nibble = (value >> (4 * index)) & 0xF;
        *digit = b"0123456789abcdef"[nibble as usize];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for value in [0, 1, 0xF, 0x1234_5678_9ABC_DEF0, u64::MAX] {
            let mut digits = [0; 16];

            write_hex(&mut digits, value);

            assert_eq!(digits, format!("{value:016x}").as_bytes());
        }
    }

    #[test]
    fn identifiers_are_unique_within_a_layer_and_between_layers() {
        let layer = || PrepareLayer::new("https://id.example.com".parse().unwrap(), AGENT);
        let (one, other) = (layer().0, layer().0);
        let number = || CallContext::number_of(&Request::new(()));

        let ids = [one.request_id(number()), one.request_id(number()), other.request_id(number())];

        let ids = ids.map(Option::unwrap);
        let ids = ids.each_ref().map(|id| id.to_str().unwrap());
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())));
        assert_eq!(ids[0][..16], ids[1][..16]);
        assert_ne!(ids[0], ids[1]);
        assert_ne!(ids[0][..16], ids[2][..16]);
    }

    const AGENT: HeaderValue = HeaderValue::from_static("billing/1.4");
}
