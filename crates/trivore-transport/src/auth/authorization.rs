//! Authenticates requests: gets access tokens and adds the credentials.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::Either;
use http::{Request, Response};
use tower::{Layer, Service};

use crate::address::BaseUrl;
use crate::auth::sign::{Sign, Signing};
use crate::auth::token_layer::{Token, Tokens};
use crate::auth::{Credentials, SignLayer};
use crate::call::CallContext;
use crate::error::Error;
use crate::retry::RetryLayer;

/// Sets the `Authorization` header of each attempt.
///
/// Credentials are only sent to the scheme, host and port of the base URL, and over plain http
/// only to this machine, unless you allow it. A request to any other URL is an error.
///
/// With [`Credentials::token`], the layer gets access tokens through the inner service and
/// refreshes them before they expire. All services that one layer makes, and their clones, share
/// one access token. If the server responds with 401 to a request with an access token, the request
/// is sent once more with another token: a 401 means that nothing was changed. Below a
/// [`RetryLayer`](crate::layer::RetryLayer), that layer repeats it, as one of its attempts; without
/// one, this layer does. A request with a fixed header is not repeated, and neither is one after a
/// 403, or after a 401 because of an insufficient scope.
///
/// If the second token is rejected, too, the layer gets other ones for the same operation at a
/// bounded rate: after one second, and up to five if that does not help. Until then, a rejection is
/// final, so that an operation that always responds with 401 does not cause a token request each
/// time. An operation that has accepted a token before need not wait for the first second. Requests
/// without an [`Operation`](crate::Operation) count by method and path.
///
/// The layer waits for tokens. In the default stack, requests do so before they wait for the rate
/// limit, and get the newest token when their turn has come.
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
pub struct AuthorizationLayer(SignLayer);

impl AuthorizationLayer {
    /// Adds `credentials` to requests to the scheme, host and port of `base_url`.
    pub fn new(credentials: Credentials, base_url: BaseUrl) -> Self {
        Self(SignLayer::new(credentials, base_url))
    }

    /// Allows credentials over plain http to other machines.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.0.allows_plain_http = true;
        self
    }
}

impl<S> Layer<S> for AuthorizationLayer {
    type Service = Authorization<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorization { inner, sign: Arc::new(self.0.clone()) }
    }
}

/// Sets the `Authorization` header of each attempt; see [`AuthorizationLayer`].
#[derive(Clone, Debug)]
pub struct Authorization<S> {
    inner: S,
    sign: Arc<SignLayer>,
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
    type Future = Signing<S>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let mut sign = Sign::new(self.inner.clone(), Arc::clone(&self.sign));
        let Some(cache) = self.sign.tokens() else { return sign.call(request) };
        let tokens = Tokens {
            cache: cache.clone(),
            sign: Arc::clone(&self.sign),
            lower: self.inner.clone(),
            is_managed: false,
        };
        let mut token = Token { inner: sign, tokens };
        Either::Right(if CallContext::of(&request).is_some_and(CallContext::is_attempt) {
            // The retry layer outside repeats a request whose token was rejected.
            Box::pin(token.call(request))
        } else {
            RetryLayer::of_tokens().layer(token).call(request)
        })
    }
}
