//! Sets the `Authorization` header, for the base URL's scheme, host and port only.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use tower::{Layer, Service};

use crate::address::BaseUrl;
use crate::auth::Credentials;
use crate::auth::credentials::CredentialsKind;
use crate::auth::token::{CachedToken, TokenCache, TokenTarget};
use crate::call::{CallContext, Delivery, TokenFault};
use crate::error::{Error, InvalidCredentials};
use crate::stack::{Once, once};

/// Sets the `Authorization` header of each request; never waits.
///
/// An access token is the newest cached one; [`TokenLayer`](crate::auth::TokenLayer) is outside
/// and takes care that there is one. The layer reports whether the server accepted the token of a
/// request: to the cache, and to the [`Delivery`] of the call, because layers of the user's are
/// between the two and may replace the response.
#[derive(Clone, Debug)]
pub(crate) struct SignLayer {
    signature: Result<Signature, InvalidCredentials>,
    pub(crate) base_url: BaseUrl,
    pub(crate) allows_plain_http: bool,
}

#[derive(Clone, Debug)]
enum Signature {
    Fixed(HeaderValue),
    Token(TokenCache),
}

impl SignLayer {
    /// Adds `credentials` to requests to the scheme, host and port of `base_url`.
    pub(crate) fn new(credentials: Credentials, base_url: BaseUrl) -> Self {
        let signature = credentials.into_kind().map(|kind| match kind {
            CredentialsKind::Fixed { header, .. } => Signature::Fixed(header),
            CredentialsKind::Token(source) => Signature::Token(TokenCache::new(source)),
        });
        Self { signature, base_url, allows_plain_http: false }
    }

    /// Returns the cache of access tokens, if the credentials are tokens.
    pub(crate) fn tokens(&self) -> Option<&TokenCache> {
        match &self.signature {
            Ok(Signature::Token(cache)) => Some(cache),
            Ok(Signature::Fixed(_)) | Err(_) => None,
        }
    }

    /// Whether requests to `uri` may get credentials.
    pub(crate) fn permits(&self, uri: &Uri) -> bool {
        self.authorize(uri).is_ok()
    }

    fn authorize(&self, uri: &Uri) -> Result<&Signature, Error> {
        if !self.base_url.is_origin_of(uri) {
            return Err(Error::configuration(NotSigned::OtherHost));
        }
        if !self.base_url.may_carry_credentials(self.allows_plain_http) {
            return Err(Error::configuration(NotSigned::PlainHttp));
        }
        self.signature.as_ref().map_err(|error| Error::configuration(error.clone()))
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = Sign<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Sign::new(inner, Arc::new(self.clone()))
    }
}

/// The future of [`Sign`].
pub(crate) type Signing<S> = Either<
    Either<Once<S, Request<Bytes>>, Ready<Result<Response<Bytes>, Error>>>,
    BoxFuture<'static, Result<Response<Bytes>, Error>>,
>;

/// Sets the `Authorization` header of each request; see [`SignLayer`].
#[derive(Clone, Debug)]
pub(crate) struct Sign<S> {
    inner: S,
    layer: Arc<SignLayer>,
}

impl<S> Sign<S> {
    pub(crate) fn new(inner: S, layer: Arc<SignLayer>) -> Self {
        Self { inner, layer }
    }
}

impl<S> Service<Request<Bytes>> for Sign<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = Signing<S>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let cache = match self.layer.authorize(request.uri()) {
            Ok(Signature::Token(cache)) => cache.clone(),
            Ok(Signature::Fixed(header)) => {
                let request = signed(request, header.clone());
                return Either::Left(Either::Left(once(&mut self.inner, request)));
            }
            Err(error) => return Either::Left(Either::Right(ready(Err(error)))),
        };
        let delivery = CallContext::delivery_of(&mut request);
        let target = TokenTarget::of(&request);
        let Some(token) = cache.newest(target) else {
            delivery.mark_token_fault(TokenFault::Expired);
            let error = Error::no_token(Arc::new(Error::before_sending(Expired)));
            return Either::Left(Either::Right(ready(Err(error))));
        };
        let before = CallContext::of(&request).and_then(CallContext::token_fault);
        let result = once(&mut self.inner, signed(request, token.header.clone()));
        Either::Right(Box::pin(async move {
            let result = result.await;
            SignedRequest { cache, token, target, before }.report(&result, &delivery);
            result
        }))
    }
}

/// The token that a request was sent with.
struct SignedRequest {
    cache: TokenCache,
    token: CachedToken,
    target: TokenTarget,
    /// Why the call's previous attempt is repeated.
    before: Option<TokenFault>,
}

impl SignedRequest {
    /// Records whether the server accepted or rejected the token.
    fn report(&self, result: &Result<Response<Bytes>, Error>, delivery: &Delivery) {
        let Self { cache, token, target, before } = self;
        let shown = result.as_ref().ok().map(Response::status);
        match delivery.server_status(result) {
            Some(StatusCode::UNAUTHORIZED) => {
                // Another request of the same attempt may have succeeded.
                if shown.is_some_and(|shown| shown.is_success()) || has_narrow_scope(result) {
                    return;
                }
                if matches!(before, Some(TokenFault::Rejected(_))) {
                    cache.mark_in_vain(token, *target);
                } else if cache.may_replace(token, *target) {
                    delivery.mark_token_fault(TokenFault::Rejected(token.generation));
                }
            }
            status if status == shown && shown.is_some_and(proves_token) => {
                cache.mark_accepted(token, *target);
            }
            _ => {}
        }
    }
}

fn signed(mut request: Request<Bytes>, header: HeaderValue) -> Request<Bytes> {
    request.headers_mut().insert(AUTHORIZATION, header);
    request
}

/// Whether the scope of the token is insufficient, so that another one would not help (RFC 6750,
/// section 3.1).
fn has_narrow_scope(result: &Result<Response<Bytes>, Error>) -> bool {
    let Ok(response) = result else { return false };
    let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
    challenges.filter_map(|challenge| challenge.to_str().ok()).any(|challenge| {
        let challenge = challenge.replace([' ', '"'], "");
        challenge.contains("error=insufficient_scope")
    })
}

/// Whether a server responds with this status only after it has accepted the token.
///
/// A proxy or a rate limiter may respond before the token is checked.
fn proves_token(status: StatusCode) -> bool {
    const UNCHECKED: [u16; 7] = [401, 407, 408, 421, 425, 429, 499];
    (200..500).contains(&status.as_u16()) && !UNCHECKED.contains(&status.as_u16())
}

/// Why a request does not get credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSigned {
    #[error(
        "request not sent: its URL is not at the base URL's scheme, host and port, \
         so it must not get credentials"
    )]
    OtherHost,
    #[error("credentials cannot be sent over plain http; use https or `allow_plain_http`")]
    PlainHttp,
}

/// Why a request was not sent when its turn came.
#[derive(Debug, thiserror::Error)]
#[error("it expired before the request's turn came")]
struct Expired;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, uri: &'static str, expected: bool) {
        let layer = SignLayer::new(Credentials::bearer("t"), base.parse().unwrap());

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

    #[test]
    fn statuses_from_before_the_token_is_checked_prove_nothing() {
        for status in [200, 204, 302, 400, 403, 404, 405, 409, 410, 412, 422, 451] {
            assert!(proves_token(StatusCode::from_u16(status).unwrap()), "{status}");
        }
        for status in [101, 401, 407, 408, 421, 425, 429, 499, 500, 502, 503, 504, 599, 600] {
            assert!(!proves_token(StatusCode::from_u16(status).unwrap()), "{status}");
        }
    }
}
