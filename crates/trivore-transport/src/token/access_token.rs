//! What a token endpoint issues.

use std::time::Duration;

use crate::token::Secret;

/// An access token and what came with it.
///
/// ```
/// use std::time::Duration;
/// use trivore_transport::AccessToken;
///
/// let token = AccessToken::new("eyJhbGciOi…").valid_for(Duration::from_secs(600));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The token itself, as it stands in the header.
    pub text: Secret,
    /// How long it is valid from now on; without this it is used until the server refuses it.
    pub expires_in: Option<Duration>,
    /// A token to get the next access token with.
    pub refresh_token: Option<Secret>,
    /// Scopes that were granted, separated by spaces, when the server names them.
    pub scope: Option<String>,
}

impl AccessToken {
    /// A token of unknown lifetime.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), expires_in: None, refresh_token: None, scope: None }
    }

    /// Tells how long the token is valid from now on.
    #[must_use]
    pub fn valid_for(mut self, lifetime: Duration) -> Self {
        self.expires_in = Some(lifetime);
        self
    }
}
