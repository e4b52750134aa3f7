//! The OpenID Connect client that asks for tokens.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;

use crate::token::Secret;

/// Identifier and secret of an OpenID Connect client.
///
/// It is another one than the client of the Management API.
#[derive(Clone)]
pub struct OidcClient {
    id: Secret,
    secret: Option<Secret>,
    is_in_form: bool,
}

impl OidcClient {
    /// A client with a secret, sent by HTTP Basic.
    ///
    /// Both parts are sent as they are, as the vendor's SDK does (observed), and not encoded
    /// as RFC 6749, section 2.3.1 wants it; letters and digits look the same either way.
    pub fn new(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: Some(secret.into()), is_in_form: false }
    }

    /// A public client, which has no secret.
    pub fn public(id: &str) -> Self {
        Self { id: id.into(), secret: None, is_in_form: true }
    }

    /// Sends identifier and secret in the form's body in place of HTTP Basic.
    #[must_use]
    pub fn in_form(mut self) -> Self {
        self.is_in_form = true;
        self
    }

    /// Whether the parts that it has are filled in.
    pub(crate) fn is_complete(&self) -> bool {
        !self.id.is_empty() && self.secret.as_ref().is_none_or(|secret| !secret.is_empty())
    }

    pub(crate) fn has_secret(&self) -> bool {
        self.secret.is_some()
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// The `Authorization` header of a token request, unless the form has the client.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let secret = self.secret.as_ref().filter(|_| !self.is_in_form)?;
        let pair = format!("{}:{}", self.id.expose(), secret.expose());
        let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let mut header = HeaderValue::try_from(value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// Parameters of the form that name the client.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, &str)> {
        if !self.is_in_form {
            return Vec::new();
        }
        let secret = self.secret.as_ref().map(|secret| ("client_secret", secret.expose()));
        [("client_id", self.id.expose())].into_iter().chain(secret).collect()
    }
}

impl std::fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcClient")
            .field("is_public", &self.secret.is_none())
            .field("is_in_form", &self.is_in_form)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_in_the_header_or_in_the_form() {
        let client = OidcClient::new("id", "s:+");

        assert_eq!(client.header().unwrap(), "Basic aWQ6czor");
        assert_eq!(client.parameters(), []);

        let client = client.in_form();

        assert_eq!(client.header(), None);
        assert_eq!(client.parameters(), [("client_id", "id"), ("client_secret", "s:+")]);
        assert_eq!(OidcClient::public("id").parameters(), [("client_id", "id")]);
    }
}
