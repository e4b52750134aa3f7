//! Why a TLS handshake failed, in the same words for both libraries.

use crate::error::ConnectError;

/// Why a TLS handshake failed; a server that is in such a state stays in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsFailure {
    Expired,
    NotYetValid,
    Revoked,
    /// The certificate is self-signed, or its issuer is unknown or did not sign it.
    Untrusted,
    WrongName,
    /// The certificate has no subject alternative name.
    NoAlternativeName,
    /// The certificate is wrong for another reason, in the library's words.
    OtherCertificate(String),
    /// The server ended the handshake by an alert, such as `certificate required`.
    Alert(String),
    /// Another failure that lasts, in the library's words.
    Other(String),
}

impl TlsFailure {
    /// Returns the failure that an alert means by which a server refuses the client's certificate.
    pub(crate) fn of_alert(alert: String) -> Option<Self> {
        REFUSALS.contains(&alert.as_str()).then_some(Self::Alert(alert))
    }

    /// Returns the error, whose text is the same for both libraries as far as possible.
    pub(crate) fn of(self, host: &str) -> ConnectError {
        ConnectError::permanent(match self {
            Self::Expired => "the server's certificate has expired".to_owned(),
            Self::NotYetValid => "the server's certificate is not valid yet".to_owned(),
            Self::Revoked => "the server's certificate was revoked".to_owned(),
            Self::Untrusted => {
                "the server's certificate is self-signed or its issuer is not trusted".to_owned()
            }
            Self::WrongName => format!("the server's certificate is not valid for {host}"),
            Self::NoAlternativeName => {
                format!("the server's certificate has no subject alternative name for {host}")
            }
            Self::OtherCertificate(reason) => {
                format!("the server's certificate is not accepted: {reason}")
            }
            Self::Alert(reason) => format!("the server refused the TLS handshake: {reason}"),
            Self::Other(reason) => format!("the TLS handshake failed: {reason}"),
        })
    }
}

/// Alerts by which a server refuses the client's certificate.
const REFUSALS: [&str; 8] = [
    "access denied",
    "bad certificate",
    "certificate expired",
    "certificate required",
    "certificate revoked",
    "certificate unknown",
    "unknown ca",
    "unsupported certificate",
];
