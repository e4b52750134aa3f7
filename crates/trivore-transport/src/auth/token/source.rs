//! The source of access tokens: a grant or a function.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::auth::token::access_token::AccessToken;
use crate::auth::token::grant::OidcGrant;
use crate::auth::token::store::TokenStore;
use crate::error::BoxError;

/// Provides access tokens: an [`OidcGrant`] or a function of yours.
///
/// Pass it to [`Credentials::token`](crate::Credentials::token). The client caches the token and
/// refreshes it before it expires.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use trivore_transport::{AccessToken, Body, BoxError, Call, Client, Credentials, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Yours may read a file or ask a secret manager.
/// let source = TokenSource::new(async || {
///     Ok(AccessToken::new("t1").valid_for(Duration::from_secs(600)))
/// });
/// // This service replaces HTTP. It returns the header that it receives.
/// let client = Client::builder("https://id.example.com")
///     .credentials(Credentials::token(source))
///     .service(tower::service_fn(async |request: Request<Body>| {
///         let header = request.headers()["authorization"].to_str()?;
///         Ok::<_, BoxError>(Response::new(format!("{header:?}")))
///     }))
///     .build()?;
///
/// let header: String = client.send(Call::get(&["ping"])).await?;
///
/// assert_eq!(header, "Bearer t1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a source does nothing until it is passed to `Credentials::token`"]
pub struct TokenSource {
    pub(crate) kind: TokenSourceKind,
    pub(crate) store: Option<TokenStore>,
}

#[derive(Clone)]
pub(crate) enum TokenSourceKind {
    Grant(Arc<OidcGrant>),
    Own(Arc<Obtain>),
}

type Obtain = dyn Fn() -> BoxFuture<'static, Result<AccessToken, BoxError>> + Send + Sync;

impl TokenSource {
    /// Gets tokens from a function of yours.
    ///
    /// One task at a time calls it, no matter how many calls are waiting. It runs to its end even
    /// if all of them are dropped, with a time limit of 60 seconds. The client does not use the
    /// refresh tokens that it returns.
    pub fn new<F, Fut>(obtain: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<AccessToken, BoxError>> + Send + 'static,
    {
        Self { kind: TokenSourceKind::Own(Arc::new(move || Box::pin(obtain()))), store: None }
    }

    /// Loads tokens from a store and saves new ones to it.
    pub fn store(mut self, store: TokenStore) -> Self {
        self.store = Some(store);
        self
    }

    /// Why the source cannot work, as far as this is known without a request.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match &self.kind {
            TokenSourceKind::Grant(grant) => grant.fault(),
            TokenSourceKind::Own(_) => None,
        }
    }
}

impl From<OidcGrant> for TokenSource {
    fn from(grant: OidcGrant) -> Self {
        Self { kind: TokenSourceKind::Grant(Arc::new(grant)), store: None }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TokenSource");
        match &self.kind {
            TokenSourceKind::Grant(grant) => shown.field("grant", grant),
            TokenSourceKind::Own(_) => shown.field("own", &true),
        };
        shown.field("store", &self.store).finish()
    }
}
