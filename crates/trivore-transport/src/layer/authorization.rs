//! Adds the credentials to each attempt, for the base URL's scheme, host and port only.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header::{AUTHORIZATION, USER_AGENT, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use tower::{Layer, Service};

use crate::base_url::BaseUrl;
use crate::credentials::{Credentials, InvalidCredentials, Kind};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::layer::deadline::ExpiresAt;
use crate::once::{Once, once};
use crate::operation::Operation;
use crate::rate_limit::{self, RateLimiter};
use crate::repeat::take_original;
use crate::slot::Stack;
use crate::token::{Channel, Target, TokenCache};

/// Sets the `Authorization` header of each attempt.
///
/// Credentials are only sent to the scheme, host and port of the base URL, and over plain http
/// only to this machine, unless you allow it. A request to any other URL is an error.
///
/// With [`Credentials::token`], the layer gets access tokens through the inner service and
/// refreshes them before they expire. All services that one layer makes, and their clones, share
/// one access token. If the server responds with 401 to a request with an access token, the layer
/// gets another token and sends the request once more: a 401 means that nothing was changed. It
/// does not repeat a request with a fixed header, a 403, or a 401 because of an insufficient scope.
/// If the second token is rejected, too, the layer gets other ones for the same operation at a
/// bounded rate: after one second, and up to five if that does not help. Until then, a rejection is
/// final, so that an operation that always responds with 401 does not cause a token request each
/// time. An operation that has accepted a token before need not wait for the first second. Requests
/// without an [`Operation`](crate::Operation) count by method and path.
///
/// ```
/// use bytes::Bytes;
/// use http::header::AUTHORIZATION;
/// use http::{Request, Response};
/// use tower::{ServiceBuilder, ServiceExt as _};
/// use trivore_transport::layer::AuthorizationLayer;
/// use trivore_transport::{BaseUrl, BoxError, Credentials, Error};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let echo = tower::service_fn(async |request: Request<Bytes>| {
///     let header = request.headers()[AUTHORIZATION].as_bytes();
///     Ok::<_, Error>(Response::new(Bytes::copy_from_slice(header)))
/// });
/// let base_url: BaseUrl = "https://id.example.com".parse()?;
/// let service = ServiceBuilder::new()
///     .layer(AuthorizationLayer::new(Credentials::bearer("t0ken"), base_url))
///     .service(echo);
///
/// let request = Request::get("https://id.example.com/user").body(Bytes::new())?;
/// let response = service.clone().oneshot(request).await?;
/// assert_eq!(response.body(), "Bearer t0ken");
///
/// let elsewhere = Request::get("https://other.example.com/").body(Bytes::new())?;
/// let error = service.oneshot(elsewhere).await.unwrap_err();
/// assert!(error.is_configuration());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizationLayer {
    signature: Result<Signature, InvalidCredentials>,
    base_url: BaseUrl,
    allows_plain_http: bool,
    rate_limiter: Option<RateLimiter>,
}

#[derive(Clone, Debug)]
enum Signature {
    Fixed(HeaderValue),
    Token(TokenCache),
}

impl AuthorizationLayer {
    /// Adds `credentials` to requests to the scheme, host and port of `base_url`.
    pub fn new(credentials: Credentials, base_url: BaseUrl) -> Self {
        let signature = credentials.into_kind().map(|kind| match kind {
            Kind::Fixed { header, .. } => Signature::Fixed(header),
            Kind::Token(source) => Signature::Token(TokenCache::new(source)),
        });
        Self { signature, base_url, allows_plain_http: false, rate_limiter: None }
    }

    /// Allows credentials over plain http to other machines.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// Makes the second request after a rejected token wait for its turn.
    ///
    /// An outer [`RateLimitLayer`](crate::layer::RateLimitLayer) limits the first request. If the
    /// wait would exceed the call's deadline, the layer returns the 401 response.
    #[must_use]
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.rate_limiter = Some(limiter);
        self
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
            return Err(Error::configuration(Refusal::OtherHost));
        }
        if !self.base_url.may_carry_credentials(self.allows_plain_http) {
            return Err(Error::configuration(Refusal::PlainHttp));
        }
        self.signature.as_ref().map_err(|error| Error::configuration(error.clone()))
    }

    /// Returns a channel to the token endpoint through `service`.
    pub(crate) fn channel(&self, service: Stack, user_agent: Option<HeaderValue>) -> Channel {
        Channel {
            service,
            base_url: self.base_url.clone(),
            allows_plain_http: self.allows_plain_http,
            user_agent,
        }
    }
}

impl<S> Layer<S> for AuthorizationLayer {
    type Service = Authorization<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorization { inner, layer: Arc::new(self.clone()) }
    }
}

/// Sets the `Authorization` header of each attempt; see [`AuthorizationLayer`].
#[derive(Clone, Debug)]
pub struct Authorization<S> {
    inner: S,
    layer: Arc<AuthorizationLayer>,
}

impl<S> Service<Request<Bytes>> for Authorization<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future = Either<
        Either<Once<S, Request<Bytes>>, Ready<Result<Response<Bytes>, Error>>>,
        BoxFuture<'static, Result<Response<Bytes>, Error>>,
    >;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        match self.layer.authorize(request.uri()) {
            Ok(Signature::Fixed(header)) => {
                let request = signed(request, header.clone());
                Either::Left(Either::Left(once(self.inner.clone(), request)))
            }
            Ok(Signature::Token(cache)) => {
                Either::Right(self.clone().with_token(cache.clone(), request))
            }
            Err(error) => Either::Left(Either::Right(ready(Err(error)))),
        }
    }
}

impl<S> Authorization<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    fn with_token(
        self,
        cache: TokenCache,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        // An `async fn` would store each argument twice in its future.
        Box::pin(async move {
            let delivery = Delivery::of(&mut request);
            let expires_at = request.extensions().get::<ExpiresAt>().copied();
            let user_agent = request.headers().get(USER_AGENT).cloned();
            let channel = || self.layer.channel(Stack::new(self.inner.clone()), user_agent.clone());
            let target = Target::of(&request);
            let turn = rate_limit::Target::of(&Operation::of(&request), &request);
            let first = cache.token(target, None, expires_at, &channel).await?;
            let attempt = take_original(&mut request);
            let answer = once(self.inner.clone(), signed(attempt, first.header.clone())).await?;
            // A layer may have made up the response after the request was sent.
            let is_open = delivery.attempt_has_open_request();
            if is_open || !rejects_token(&answer) {
                if answer.status().is_success() {
                    cache.mark_accepted(&first, target);
                }
                return Ok(answer);
            }
            if !cache.may_replace(&first, target) {
                return Ok(answer);
            }
            if !Operation::of(&request).safety.is_safe() {
                delivery.end_round();
            }
            if delivery.attempt_has_open_request() {
                return Ok(answer);
            }
            delivery.mark_unsent();
            let second = cache.token(target, Some(&first), expires_at, &channel).await?;
            if second.header == first.header {
                cache.mark_in_vain(&second, target);
                return Ok(answer);
            }
            if let Some(limiter) = &self.layer.rate_limiter
                && limiter.admit(turn, expires_at).await.is_err()
            {
                // There is no time for a second request. Unless a later one succeeds with the new
                // token, the refresh did not help.
                cache.mark_in_vain(&second, target);
                return Ok(answer);
            }
            delivery.begin_round(&mut request).pass_on();
            let answer = once(self.inner.clone(), signed(request, second.header.clone())).await?;
            if rejects_token(&answer) {
                cache.mark_in_vain(&second, target);
            } else if answer.status().is_success() {
                cache.mark_accepted(&second, target);
            }
            Ok(answer)
        })
    }
}

fn signed(mut request: Request<Bytes>, header: HeaderValue) -> Request<Bytes> {
    request.headers_mut().insert(AUTHORIZATION, header);
    request
}

/// Whether another token may help: not if the scope is insufficient (RFC 6750, section 3.1).
fn rejects_token(answer: &Response<Bytes>) -> bool {
    let has_narrow_scope = || {
        let challenges = answer.headers().get_all(WWW_AUTHENTICATE).iter();
        challenges.filter_map(|challenge| challenge.to_str().ok()).any(|challenge| {
            let challenge = challenge.replace([' ', '"'], "");
            challenge.contains("error=insufficient_scope")
        })
    };
    answer.status() == StatusCode::UNAUTHORIZED && !has_narrow_scope()
}

/// Why a request does not get credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(
        "request not sent: its URL is not at the base URL's scheme, host and port, \
         so it must not get credentials"
    )]
    OtherHost,
    #[error("credentials cannot be sent over plain http; use https or `allow_plain_http`")]
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
