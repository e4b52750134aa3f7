//! How the client authenticates to the server.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;

use crate::auth::token::TokenSource;
use crate::error::InvalidCredentials;

/// How the client authenticates to the server; `Debug` never shows secrets.
///
/// ```
/// use trivore_transport::Credentials;
///
/// let credentials = Credentials::basic("9939129297585525", "secret");
/// assert_eq!(format!("{credentials:?}"), "Credentials(Basic <redacted>)");
///
/// // Invalid credentials are an error of `ClientBuilder::build`, or of `validate`.
/// let error = Credentials::bearer("two words").validate().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "invalid credentials: the access token contains characters that are not allowed in a header"
/// );
/// ```
#[derive(Clone)]
pub struct Credentials(Result<CredentialsKind, InvalidCredentials>);

/// What a request is authenticated with.
#[derive(Clone)]
pub(crate) enum CredentialsKind {
    /// The same header for all requests.
    Fixed { scheme: &'static str, header: HeaderValue },
    /// An access token that is refreshed before it expires.
    Token(TokenSource),
}

impl Credentials {
    /// Sends identifier and secret of a Management API client by HTTP Basic (documented).
    pub fn basic(id: &str, secret: &str) -> Self {
        if id.is_empty() || secret.is_empty() {
            return Self(Err(InvalidCredentials("the client identifier or secret is empty")));
        }
        if id.contains(':') {
            return Self(Err(InvalidCredentials("a client identifier cannot contain a colon")));
        }
        let encoded = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        Self(
            header("Basic", &encoded)
                .map(|header| CredentialsKind::Fixed { scheme: "Basic", header }),
        )
    }

    /// Sends one fixed access token (documented).
    ///
    /// If the token changes, use [`token`](Self::token) with an [`OidcGrant`](crate::OidcGrant), or
    /// with a function of yours that returns the current one
    /// ([`TokenSource::new`](crate::TokenSource::new)).
    pub fn bearer(token: &str) -> Self {
        let header = bearer_header(token);
        Self(header.map(|header| CredentialsKind::Fixed { scheme: "Bearer", header }))
    }

    /// Sends access tokens that the client gets and refreshes before they expire.
    ///
    /// All clones of a client share one token. Each client that is built gets its own.
    ///
    /// ```
    /// use trivore_transport::{Credentials, OidcClient, OidcGrant};
    ///
    /// let client = OidcClient::new("3543289205522754", "secret");
    /// let credentials = Credentials::token(OidcGrant::client_credentials(client));
    /// ```
    pub fn token(source: impl Into<TokenSource>) -> Self {
        let source = source.into();
        Self(match source.fault() {
            Some(fault) => Err(InvalidCredentials(fault)),
            None => Ok(CredentialsKind::Token(source)),
        })
    }

    /// Checks the credentials, without I/O.
    ///
    /// # Errors
    ///
    /// A part is empty or contains characters that are not allowed in its place, or the token
    /// source is invalid.
    pub fn validate(&self) -> Result<(), InvalidCredentials> {
        self.0.as_ref().map(drop).map_err(Clone::clone)
    }

    /// Whether the client sends token requests, which may go to another host.
    #[cfg(feature = "http-client")]
    pub(crate) fn gets_tokens(&self) -> bool {
        matches!(self.0, Ok(CredentialsKind::Token(_)))
    }

    /// Replaces the secret, and a source of tokens, by a placeholder; keeps why they are invalid.
    pub(crate) fn into_placeholder(self) -> Self {
        Self(self.0.map(|kind| match kind {
            CredentialsKind::Fixed { scheme: "Basic", .. } => CredentialsKind::Fixed {
                scheme: "Basic",
                header: HeaderValue::from_static("Basic <credentials>"),
            },
            CredentialsKind::Fixed { .. } | CredentialsKind::Token(_) => CredentialsKind::Fixed {
                scheme: "Bearer",
                header: HeaderValue::from_static("Bearer <token>"),
            },
        }))
    }

    pub(crate) fn into_kind(self) -> Result<CredentialsKind, InvalidCredentials> {
        self.0
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(CredentialsKind::Fixed { scheme, .. }) => {
                write!(f, "Credentials({scheme} <redacted>)")
            }
            Ok(CredentialsKind::Token(source)) => write!(f, "Credentials({source:?})"),
            Err(error) => write!(f, "Credentials(<invalid: {}>)", error.0),
        }
    }
}

/// Returns the value of the `Authorization` header for an access token.
pub(crate) fn bearer_header(token: &str) -> Result<HeaderValue, InvalidCredentials> {
    if token.is_empty() {
        return Err(InvalidCredentials("the access token is empty"));
    }
    header("Bearer", token)
}

fn header(scheme: &str, value: &str) -> Result<HeaderValue, InvalidCredentials> {
    match HeaderValue::try_from(format!("{scheme} {value}")) {
        Ok(mut header) if !value.contains([' ', '\t']) => {
            header.set_sensitive(true);
            Ok(header)
        }
        _ => Err(InvalidCredentials(
            "the access token contains characters that are not allowed in a header",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_base64_of_both_parts() {
        let credentials = Credentials::basic("id", "secret");

        let Ok(CredentialsKind::Fixed { header, .. }) = credentials.into_kind() else {
            unreachable!()
        };
        assert_eq!(header, "Basic aWQ6c2VjcmV0");
    }

    #[test]
    fn nothing_of_them_shows() {
        for credentials in [Credentials::basic("id-9", "s3cret"), Credentials::bearer("t0ken")] {
            let shown = format!("{credentials:?}");
            let Ok(CredentialsKind::Fixed { header, .. }) = credentials.into_kind() else {
                unreachable!()
            };
            let shown = format!("{shown} {header:?}");

            for part in ["id-9", "s3cret", "t0ken", "aWQ"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
    }

    #[test]
    fn unusable_ones_say_why() {
        for credentials in [
            Credentials::basic("", "x"),
            Credentials::basic("x", ""),
            Credentials::basic("a:b", "x"),
            Credentials::bearer(""),
            Credentials::bearer("a\nb"),
            Credentials::bearer("a b"),
        ] {
            assert!(credentials.validate().is_err(), "{credentials:?}");
        }
    }
}
