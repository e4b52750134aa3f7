//! A token at hand, before a request takes its turn.

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
use crate::token::TokenCache;

/// Puts [`Token`] around a service.
pub(crate) struct TokenLayer(Arc<Shared>);

struct Shared {
    cache: TokenCache,
    authorization: AuthorizationLayer,
    /// What token requests are sent through.
    lower: Stack,
}

impl TokenLayer {
    /// Waits for the tokens that `authorization`, which stands below, will sign with; `None` when
    /// it signs with something else.
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

/// Lets a request pass when it can be signed.
///
/// Waiting for a token below the rate limit, all who had their turn meanwhile would leave at once.
/// Signing above it, a token might end while its request waits.
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
        // What cannot be signed is refused below, and asks for no token.
        if self.shared.cache.has_token() || !self.shared.authorization.permits(request.uri()) {
            return Either::Left(once(inner, request));
        }
        let shared = Arc::clone(&self.shared);
        Either::Right(Box::pin(async move {
            let Shared { cache, authorization, lower } = &*shared;
            let expires_at = request.extensions().get::<ExpiresAt>().copied();
            let user_agent = request.headers().get(USER_AGENT).cloned();
            let channel = || authorization.channel(lower.clone(), user_agent.clone());
            drop(cache.token(None, expires_at, &channel).await?);
            once(inner, request).await
        }))
    }
}
