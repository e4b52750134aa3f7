//! Credentials on each attempt, and only to where they belong.

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
use crate::rate_limit::RateLimiter;
use crate::repeat::take_original;
use crate::slot::Stack;
use crate::token::{Channel, TokenCache};

/// Puts [`Authorization`] around a service.
///
/// All services that one layer makes, and their clones, share one access token.
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
    /// Signs requests to `base_url` with `credentials`.
    pub fn new(credentials: Credentials, base_url: BaseUrl) -> Self {
        let signature = credentials.into_kind().map(|kind| match kind {
            Kind::Fixed { header, .. } => Signature::Fixed(header),
            Kind::Token(source) => Signature::Token(TokenCache::new(source)),
        });
        Self { signature, base_url, allows_plain_http: false, rate_limiter: None }
    }

    /// Lets credentials travel unencrypted to other machines than this one.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.allows_plain_http = true;
        self
    }

    /// Sends the repetition after a rejected token at its turn.
    ///
    /// The first request is the business of a [`RateLimitLayer`](crate::layer::RateLimitLayer)
    /// above. When the turn would come after the call's end, the rejection stands.
    #[must_use]
    pub fn rate_limiter(mut self, limiter: RateLimiter) -> Self {
        self.rate_limiter = Some(limiter);
        self
    }

    /// The tokens that it signs with, if it does so.
    pub(crate) fn tokens(&self) -> Option<&TokenCache> {
        match &self.signature {
            Ok(Signature::Token(cache)) => Some(cache),
            Ok(Signature::Fixed(_)) | Err(_) => None,
        }
    }

    /// Whether requests to `uri` may be signed.
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

    /// The way to the token endpoint through `service`.
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

/// Sets the `Authorization` header.
///
/// Credentials go to the base URL's scheme, host and port and nowhere else, and
/// over plain HTTP only to this machine unless that was allowed.
///
/// A request that is refused with 401 because of its access token is sent once more with
/// another one: the refusal says that it has changed nothing. A refusal of a fixed header, a
/// 403 and a token of too narrow scope are final. When the other token is rejected, too, a
/// rejection stays final for five seconds: an operation that always answers 401 does not ask
/// for a token each time.
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
        // No `async fn`, which would keep each of its arguments twice.
        Box::pin(async move {
            let delivery = Delivery::of(&mut request);
            let expires_at = request.extensions().get::<ExpiresAt>().copied();
            let user_agent = request.headers().get(USER_AGENT).cloned();
            let channel = || self.layer.channel(Stack::new(self.inner.clone()), user_agent.clone());
            let first = cache.token(None, expires_at, &channel).await?;
            let attempt = take_original(&mut request);
            let answer = once(self.inner.clone(), signed(attempt, first.header.clone())).await?;
            if !rejects_token(&answer) || cache.is_in_vain(&first) {
                return Ok(answer);
            }
            delivery.mark_refused();
            let second = cache.token(Some(&first), expires_at, &channel).await?;
            if second.header == first.header {
                cache.mark_in_vain(&second);
                return Ok(answer);
            }
            if let Some(limiter) = &self.layer.rate_limiter
                && limiter.admit(expires_at).await.is_err()
            {
                // There is no time for another try: the rejection stands.
                return Ok(answer);
            }
            let answer = once(self.inner.clone(), signed(request, second.header.clone())).await?;
            if rejects_token(&answer) {
                cache.mark_in_vain(&second);
            }
            Ok(answer)
        })
    }
}

fn signed(mut request: Request<Bytes>, header: HeaderValue) -> Request<Bytes> {
    request.headers_mut().insert(AUTHORIZATION, header);
    request
}

/// Whether another token may help: not one of the same scope (RFC 6750, section 3.1).
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
