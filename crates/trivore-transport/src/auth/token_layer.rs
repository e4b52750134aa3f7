//! Waits for an access token before a request waits for its turn.

use std::error::Error as StdError;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either};
use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};

use crate::auth::SignLayer;
use crate::auth::token::{Channel, TokenCache, TokenTarget};
use crate::call::{CallContext, TokenFault};
use crate::error::{Error, ErrorKind};
use crate::stack::{Once, Stack, once};

/// Makes requests wait until there is an access token; the only layer that requests tokens.
///
/// This layer is outside of the rate limit, and [`SignLayer`] is inside. If requests waited for a
/// token inside of the rate limit, all whose turns came meanwhile would be sent in one burst. If
/// the token were added outside of it, it could expire while its request waits.
pub(crate) struct TokenLayer(Tokens<Stack>);

impl TokenLayer {
    /// Waits for the tokens of the inner layer `sign`; returns `None` if it adds a fixed header.
    ///
    /// Token requests are sent through `lower`, whose innermost service records every request.
    pub(crate) fn new(sign: &SignLayer, lower: Stack) -> Option<Self> {
        let cache = sign.tokens()?.clone();
        Some(Self(Tokens { cache, sign: Arc::new(sign.clone()), lower, is_managed: true }))
    }
}

impl<S> Layer<S> for TokenLayer {
    type Service = Token<S, Stack>;

    fn layer(&self, inner: S) -> Self::Service {
        Token { inner, tokens: self.0.clone() }
    }
}

/// Makes requests wait for an access token; see [`TokenLayer`].
#[derive(Clone)]
pub(crate) struct Token<S, L> {
    pub(crate) inner: S,
    pub(crate) tokens: Tokens<L>,
}

/// What tokens are requested with.
#[derive(Clone)]
pub(crate) struct Tokens<L> {
    pub(crate) cache: TokenCache,
    pub(crate) sign: Arc<SignLayer>,
    /// The service that token requests are sent through.
    pub(crate) lower: L,
    /// The innermost service records every request.
    pub(crate) is_managed: bool,
}

impl<S, L> Service<Request<Bytes>> for Token<S, L>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
    L: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
        + Clone
        + Send
        + Sync
        + 'static,
    L::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future =
        Either<Once<S, Request<Bytes>>, BoxFuture<'static, Result<Response<Bytes>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        let target = TokenTarget::of(&request);
        let rejected = match CallContext::of(&request).and_then(CallContext::token_fault) {
            Some(TokenFault::Rejected(generation)) => Some(generation),
            Some(TokenFault::Expired) | None => None,
        };
        // A request that must not get credentials fails in the inner layer and needs no token.
        let needs_none = !self.tokens.sign.permits(request.uri());
        if needs_none || (rejected.is_none() && self.tokens.cache.has_fresh(target)) {
            return Either::Left(once(&mut self.inner, request));
        }
        let Self { mut inner, tokens } = self.clone();
        Either::Right(Box::pin(async move {
            let delivery = CallContext::delivery_of(&mut request);
            let expires_at = CallContext::of(&request).and_then(CallContext::expires_at);
            let user_agent = request.headers().get(USER_AGENT).cloned();
            let channel = || tokens.channel(user_agent.clone());
            // Until there is a token, nothing is passed on.
            delivery.retract();
            let token = tokens.cache.token(target, rejected, expires_at, &channel).await;
            // After an error, too: the user's code outside may then send the request by itself.
            delivery.pass_on()?;
            let token = token?;
            if rejected.is_some_and(|rejected| token.has_text_of(rejected)) {
                tokens.cache.mark_in_vain(&token, target);
                return Err(Error::no_token(Arc::new(Error::before_sending(SameToken))));
            }
            let result = once(&mut inner, request).await;
            if rejected.is_some() && matches!(&result, Err(error) if is_beyond_deadline(error)) {
                // There is no time for a second request. Unless a later one succeeds with the new
                // token, the refresh did not help.
                tokens.cache.mark_in_vain(&token, target);
            }
            result
        }))
    }
}

impl<L> Tokens<L>
where
    L: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error>
        + Clone
        + Send
        + Sync
        + 'static,
    L::Future: Send + 'static,
{
    /// Returns a channel to the token endpoint.
    fn channel(&self, user_agent: Option<HeaderValue>) -> Channel {
        Channel {
            service: Stack::new(self.lower.clone()),
            base_url: self.sign.base_url.clone(),
            allows_plain_http: self.sign.allows_plain_http,
            user_agent,
            is_managed: self.is_managed,
        }
    }
}

/// Whether a request that was to be repeated with another token was not sent because there is no
/// other token, or its turn would come after the call's deadline.
pub(crate) fn is_not_repeated(error: &Error) -> bool {
    is_beyond_deadline(error)
        || error.get_ref().is_some_and(<dyn StdError + Send + Sync>::is::<SameToken>)
}

fn is_beyond_deadline(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::RateLimit { .. })
}

/// Why there is no other token.
#[derive(Debug, thiserror::Error)]
#[error("the source returned the token that the server has just rejected")]
struct SameToken;
