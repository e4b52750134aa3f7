//! The OpenID Connect client that requests tokens.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use form_urlencoded::byte_serialize;
use http::HeaderValue;

use crate::auth::token::secret_string::SecretString;

/// Identifier and secret of an OpenID Connect client.
///
/// Pass it to an [`OidcGrant`](crate::OidcGrant). It is not the client of the Management API,
/// which authenticates with [`Credentials::basic`](crate::Credentials::basic).
///
/// # Examples
///
/// ```
/// use trivore_transport::{Credentials, OidcClient, OidcGrant};
///
/// let confidential = OidcClient::new("3543289205522754", "secret");
/// let public = OidcClient::public("3543289205522754");
///
/// // A confidential client can get tokens for itself.
/// let grant = OidcGrant::client_credentials(confidential);
/// assert!(Credentials::token(grant).validate().is_ok());
/// // A public client needs a user's password or a refresh token.
/// let grant = OidcGrant::client_credentials(public);
/// assert!(Credentials::token(grant).validate().is_err());
/// ```
#[derive(Clone)]
pub struct OidcClient {
    id: SecretString,
    secret: Option<SecretString>,
    is_in_form: bool,
    is_encoded: bool,
}

impl OidcClient {
    /// Creates a client with a secret, sent by HTTP Basic.
    ///
    /// Both parts are sent unencoded. This is a deviation from RFC 6749, section 2.3.1, which
    /// requires to form-encode them, and is what the vendor's SDK does (observed). For letters and
    /// digits, there is no difference. See [`form_encoded`](Self::form_encoded).
    pub fn new(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: Some(secret.into()), is_in_form: false, is_encoded: false }
    }

    /// Creates a public client, which has no secret.
    pub fn public(id: &str) -> Self {
        Self { id: id.into(), secret: None, is_in_form: true, is_encoded: false }
    }

    /// Sends the identifier and secret in the request body instead of by HTTP Basic.
    #[must_use]
    pub fn in_form(mut self) -> Self {
        self.is_in_form = true;
        self
    }

    /// Form-encodes the identifier and the secret before they are sent by HTTP Basic.
    ///
    /// RFC 6749, section 2.3.1 requires it. It makes a difference if one of them has characters
    /// other than letters, digits, `*`, `-`, `.` and `_`: without it, a server that decodes them
    /// reads another secret than yours if it has a `%` or a `+`, and no server can tell where an
    /// identifier with a colon ends. It does not change what [`in_form`](Self::in_form) sends,
    /// which is always encoded.
    ///
    /// ```
    /// use trivore_transport::OidcClient;
    ///
    /// let client = OidcClient::new("3543289205522754", "100% s:cret").form_encoded();
    /// ```
    #[must_use]
    pub fn form_encoded(mut self) -> Self {
        self.is_encoded = true;
        self
    }

    /// Whether neither the identifier nor the secret is empty.
    pub(crate) fn is_complete(&self) -> bool {
        !self.id.is_empty() && self.secret.as_ref().is_none_or(|secret| !secret.is_empty())
    }

    pub(crate) fn has_secret(&self) -> bool {
        self.secret.is_some()
    }

    pub(crate) fn secret(&self) -> Option<&SecretString> {
        self.secret.as_ref()
    }

    /// The `Authorization` header of a token request; `None` if the body identifies the client.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let secret = self.secret.as_ref().filter(|_| !self.is_in_form)?;
        let (id, secret) = (self.id.expose(), secret.expose());
        let pair = if self.is_encoded {
            let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            format!("{}:{}", encode(id), encode(secret))
        } else {
            format!("{id}:{secret}")
        };
        let value = format!("Basic {}", BASE64_STANDARD.encode(pair));
        let mut header = HeaderValue::try_from(value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    /// The form parameters that identify the client; empty if the header does.
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
            .field("is_encoded", &self.is_encoded)
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

    #[test]
    fn a_header_is_encoded_by_request() {
        let client = OidcClient::new("a:b", "% :+\u{e4}").form_encoded();

        let encoded = BASE64_STANDARD.encode("a%3Ab:%25+%3A%2B%C3%A4");
        assert_eq!(client.header().unwrap(), format!("Basic {encoded}"));
        assert_eq!(client.in_form().parameters()[0], ("client_id", "a:b"));
        let plain = OidcClient::new("id", "s3cret");
        assert_eq!(plain.clone().form_encoded().header(), plain.header());
    }
}
