//! Who the client is to the server.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;

/// Who the client is to the server; never shown in `Debug`.
#[derive(Clone)]
pub struct Credentials(Result<Authorization, InvalidCredentials>);

#[derive(Clone)]
struct Authorization {
    scheme: &'static str,
    header: HeaderValue,
}

impl Credentials {
    /// Identifier and secret of a Management API client, by HTTP Basic (documented).
    pub fn basic(id: &str, secret: &str) -> Self {
        if id.is_empty() || secret.is_empty() {
            return Self(Err(InvalidCredentials("the client identifier or secret is empty")));
        }
        if id.contains(':') {
            return Self(Err(InvalidCredentials("a client identifier cannot contain a colon")));
        }
        let encoded = BASE64_STANDARD.encode(format!("{id}:{secret}"));
        Self::header("Basic", &encoded)
    }

    /// An access token that somebody else keeps fresh (documented).
    pub fn bearer(token: &str) -> Self {
        if token.is_empty() {
            return Self(Err(InvalidCredentials("the access token is empty")));
        }
        Self::header("Bearer", token)
    }

    fn header(scheme: &'static str, value: &str) -> Self {
        let header = HeaderValue::try_from(format!("{scheme} {value}"));
        Self(match header {
            Ok(mut header) if !value.contains([' ', '\t']) => {
                header.set_sensitive(true);
                Ok(Authorization { scheme, header })
            }
            _ => Err(InvalidCredentials("the access token has characters no header can carry")),
        })
    }

    /// Tells what is wrong with them, before they are used.
    ///
    /// # Errors
    ///
    /// A part is empty or cannot stand in a header.
    pub fn validate(&self) -> Result<(), InvalidCredentials> {
        self.authorization().map(drop)
    }

    /// The value of the `Authorization` header.
    pub(crate) fn authorization(&self) -> Result<&HeaderValue, InvalidCredentials> {
        match &self.0 {
            Ok(authorization) => Ok(&authorization.header),
            Err(error) => Err(error.clone()),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(authorization) => write!(f, "Credentials({} <redacted>)", authorization.scheme),
            Err(error) => write!(f, "Credentials(<unusable: {}>)", error.0),
        }
    }
}

/// Why credentials cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credentials are not usable: {0}")]
pub struct InvalidCredentials(&'static str);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_base64_of_both_parts() {
        let credentials = Credentials::basic("id", "secret");

        assert_eq!(credentials.authorization().unwrap(), "Basic aWQ6c2VjcmV0");
    }

    #[test]
    fn nothing_of_them_shows() {
        for credentials in [Credentials::basic("id-9", "s3cret"), Credentials::bearer("t0ken")] {
            let shown = format!("{credentials:?} {:?}", credentials.authorization());

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
