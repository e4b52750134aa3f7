//! Where tokens come from.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::BoxError;
use crate::token::{AccessToken, OidcGrant, TokenStore};

/// Where access tokens come from: a grant at the token endpoint, or a function of yours.
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::{AccessToken, Credentials, TokenSource};
///
/// let credentials = Credentials::token(TokenSource::new(|| async {
///     let text = std::fs::read_to_string("/run/secrets/token")?;
///     Ok(AccessToken::new(text.trim()).valid_for(Duration::from_secs(600)))
/// }));
/// ```
#[derive(Clone)]
#[must_use = "a source does nothing until credentials are made of it"]
pub struct TokenSource {
    pub(crate) kind: Kind,
    pub(crate) store: Option<TokenStore>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Grant(Arc<OidcGrant>),
    Own(Arc<Obtain>),
}

type Obtain = dyn Fn() -> BoxFuture<'static, Result<AccessToken, BoxError>> + Send + Sync;

impl TokenSource {
    /// Tokens from a function of your own.
    ///
    /// It is called by one task at a time, whatever the number of calls that wait, and runs to
    /// its end even if they give up; it has 60 seconds. Refresh tokens are its own business.
    pub fn new<F, Fut>(obtain: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<AccessToken, BoxError>> + Send + 'static,
    {
        Self { kind: Kind::Own(Arc::new(move || Box::pin(obtain()))), store: None }
    }

    /// Keeps tokens beyond the life of a client.
    pub fn store(mut self, store: TokenStore) -> Self {
        self.store = Some(store);
        self
    }

    /// What is wrong with it, as far as can be told without a server.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Grant(grant) => grant.fault(),
            Kind::Own(_) => None,
        }
    }
}

impl From<OidcGrant> for TokenSource {
    fn from(grant: OidcGrant) -> Self {
        Self { kind: Kind::Grant(Arc::new(grant)), store: None }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("TokenSource");
        match &self.kind {
            Kind::Grant(grant) => shown.field("grant", grant),
            Kind::Own(_) => shown.field("own", &true),
        };
        shown.field("store", &self.store).finish()
    }
}
