//! Credentials on each attempt, and only to where they belong.

use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{Either, Ready, ready};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, Uri};
use tower::util::Oneshot;
use tower::{Layer, Service, ServiceExt as _};

use crate::base_url::BaseUrl;
use crate::credentials::Credentials;
use crate::error::Error;

/// Puts [`Authorization`] around a service.
#[derive(Clone, Debug)]
pub struct AuthorizationLayer {
    credentials: Credentials,
    base_url: BaseUrl,
    allows_plain_http: bool,
}

impl AuthorizationLayer {
    /// Signs requests to `base_url` with `credentials`.
    pub fn new(credentials: Credentials, base_url: BaseUrl) -> Self {
        Self { credentials, base_url, allows_plain_http: false }
    }

    /// Lets credentials travel unencrypted to other machines than this one.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    fn authorize(&self, uri: &Uri) -> Result<HeaderValue, Error> {
        if !self.base_url.is_origin_of(uri) {
            return Err(Error::configuration(Refusal::OtherHost));
        }
        if !(self.base_url.is_https() || self.base_url.is_loopback() || self.allows_plain_http) {
            return Err(Error::configuration(Refusal::PlainHttp));
        }
        self.credentials.authorization().cloned().map_err(Error::configuration)
    }
}

impl<S> Layer<S> for AuthorizationLayer {
    type Service = Authorization<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorization { inner, layer: self.clone() }
    }
}

/// Sets the `Authorization` header.
///
/// Credentials go to the base URL's scheme, host and port and nowhere else, and
/// over plain HTTP only to this machine unless that was allowed.
#[derive(Clone, Debug)]
pub struct Authorization<S> {
    inner: S,
    layer: AuthorizationLayer,
}

impl<S> Service<Request<Bytes>> for Authorization<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = Either<Oneshot<S, Request<Bytes>>, Ready<Result<Response<Bytes>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        match self.layer.authorize(request.uri()) {
            Ok(header) => {
                request.headers_mut().insert(AUTHORIZATION, header);
                Either::Left(self.inner.clone().oneshot(request))
            }
            Err(error) => Either::Right(ready(Err(error))),
        }
    }
}

/// Why a request was not signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the request goes to another host than the credentials belong to")]
    OtherHost,
    #[error(
        "credentials would travel unencrypted: use https, or allow plain http for this address"
    )]
    PlainHttp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, uri: &'static str, expected: bool) {
        let layer = AuthorizationLayer::new(Credentials::bearer("t"), base.parse().unwrap());

        let signed = layer.authorize(&Uri::from_static(uri));

        assert_eq!(signed.is_ok(), expected, "{base} {uri}");
    }

    #[test]
    fn credentials_stay_with_their_host() {
        check("https://id.example.com", "https://id.example.com/x", true);
        check("https://id.example.com", "https://id.example.com.evil.example/x", false);
        check("https://id.example.com", "http://id.example.com/x", false);
        check("http://id.example.com", "http://id.example.com/x", false);
        check("http://127.0.0.1:8478", "http://127.0.0.1:8478/x", true);
        check("http://127.0.0.1:8478", "http://127.0.0.1:8479/x", false);
    }
}
