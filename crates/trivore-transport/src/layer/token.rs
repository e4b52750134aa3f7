//! Waits for an access token before a request waits for its turn.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::{BoxFuture, Either};
use http::header::USER_AGENT;
use http::{Request, Response};
use tower::{Layer, Service};

use crate::error::Error;
use crate::layer::authorization::AuthorizationLayer;
use crate::layer::deadline::ExpiresAt;
use crate::once::{Once, once};
use crate::slot::Stack;
use crate::token::{Target, TokenCache};

/// Makes requests wait until there is an access token.
///
/// This layer is outside of the rate limit, and the one that adds the token is inside. If requests
/// waited for a token inside of the rate limit, all whose turns came meanwhile would be sent in one
/// burst. If the token were added outside of it, it could expire while its request waits.
pub(crate) struct TokenLayer(Arc<Shared>);

struct Shared {
    cache: TokenCache,
    authorization: AuthorizationLayer,
    /// The service that token requests are sent through.
    lower: Stack,
}

impl TokenLayer {
    /// Waits for the tokens of the inner `authorization`; returns `None` if it adds a fixed
    /// header.
    pub(crate) fn new(authorization: AuthorizationLayer, lower: Stack) -> Option<Self> {
        let cache = authorization.tokens()?.clone();
        Some(Self(Arc::new(Shared { cache, authorization, lower })))
    }
}

impl<S> Layer<S> for TokenLayer {
    type Service = Token<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Token { inner, shared: Arc::clone(&self.0) }
    }
}

/// Makes requests wait for an access token; see [`TokenLayer`].
#[derive(Clone)]
pub(crate) struct Token<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Request<Bytes>> for Token<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Bytes>;
    type Error = Error;
    type Future =
        Either<Once<S, Request<Bytes>>, BoxFuture<'static, Result<Response<Bytes>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let inner = self.inner.clone();
        // A request that must not get credentials fails in the inner layer and needs no token.
        let target = Target::of(&request);
        if self.shared.cache.has_token(target) || !self.shared.authorization.permits(request.uri())
        {
            return Either::Left(once(inner, request));
        }
        let shared = Arc::clone(&self.shared);
        Either::Right(Box::pin(async move {
            let Shared { cache, authorization, lower } = &*shared;
            let expires_at = request.extensions().get::<ExpiresAt>().copied();
            let user_agent = request.headers().get(USER_AGENT).cloned();
            let channel = || authorization.channel(lower.clone(), user_agent.clone());
            drop(cache.token(target, None, expires_at, &channel).await?);
            once(inner, request).await
        }))
    }
}
