//! An access token and its metadata.

use std::time::Duration;

use crate::auth::token::secret_string::SecretString;

/// An access token, with its lifetime, refresh token and scope.
///
/// A [`TokenSource`](crate::TokenSource) returns it, and a [`TokenStore`](crate::TokenStore) keeps
/// it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::AccessToken;
///
/// let token = AccessToken::new("eyJhbGciOi…").valid_for(Duration::from_secs(600));
///
/// assert_eq!(token.text.expose(), "eyJhbGciOi…");
/// assert_eq!(token.expires_in, Some(Duration::from_secs(600)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The token, as it is sent after `Bearer` in the `Authorization` header.
    pub text: SecretString,
    /// Remaining lifetime; if `None`, the token is used until the server rejects it.
    pub expires_in: Option<Duration>,
    /// Refresh token for the next access token.
    pub refresh_token: Option<SecretString>,
    /// Granted scopes, separated by spaces, if the server returned them.
    pub scope: Option<String>,
}

impl AccessToken {
    /// Creates a token of unknown lifetime.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), expires_in: None, refresh_token: None, scope: None }
    }

    /// Sets the remaining lifetime.
    #[must_use]
    pub fn valid_for(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }
}
