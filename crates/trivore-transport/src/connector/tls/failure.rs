//! Why a TLS handshake failed, in the same words for both libraries.

use std::error::Error as StdError;

use crate::connect_error::ConnectError;

/// Why a TLS handshake failed; a server that is in such a state stays in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
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
    /// The server ended the handshake, for a reason in the library's words.
    Alert(String),
    /// Another failure that lasts, in the library's words.
    Other(String),
}

impl Failure {
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

/// Finds in an error's sources that the server does not accept the client's certificate.
///
/// In TLS 1.3, the client's handshake ends before the server has checked it, so that this is the
/// end of a connection with a request on it. The server has not read the request.
pub(crate) fn refused_certificate(error: &(dyn StdError + 'static)) -> Option<ConnectError> {
    let mut error = Some(error);
    while let Some(current) = error {
        let text = current.to_string();
        let lower = text.to_ascii_lowercase();
        // Both libraries name the alert: "tlsv13 alert certificate required", "UnknownCA".
        if let Some((_, alert)) = lower.split_once("alert")
            && (alert.contains("certificate") || alert.contains("unknown"))
        {
            return Some(ConnectError::permanent(format!(
                "the server refused the TLS handshake: {}",
                alert.split(':').map(str::trim).find(|part| !part.is_empty()).unwrap_or_default()
            )));
        }
        error = current.source();
    }
    None
}
