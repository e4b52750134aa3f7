//! Why a client could not be built.

use crate::address::InvalidAddress;
use crate::error::{BoxError, Error, InvalidCredentials};

/// Why a client could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The address is invalid.
    #[error(transparent)]
    InvalidAddress(#[from] InvalidAddress),
    /// The credentials are invalid.
    #[error(transparent)]
    InvalidCredentials(#[from] InvalidCredentials),
    /// Credentials would be sent over plain http to another machine.
    #[error("credentials cannot be sent over plain http; use https or `allow_plain_http`")]
    PlainHttp,
    /// The user agent contains characters that are not allowed in a header.
    #[error("the user agent contains characters that are not allowed in a header")]
    InvalidUserAgent,
    /// The rate limit is not a number, or less than one request per day.
    #[error("the rate limit must be a number of requests per second, at least one per day")]
    InvalidRate,
    /// The proxy is not an `http://` URL.
    #[error(
        "the proxy is not a URL such as http://user:password@proxy.example.com:3128; \
         special characters of the password must be percent-encoded"
    )]
    InvalidProxy,
    /// An environment variable for proxies is malformed.
    #[error("the environment variable {name} is invalid: {reason}")]
    InvalidProxyVariable {
        /// Name of the variable.
        name: &'static str,
        /// What is wrong with it; never its value, which may hold a password.
        reason: &'static str,
    },
    /// The crate was compiled without an HTTP client, and no service was passed instead.
    #[error(
        "this build has no HTTP client; \
             enable `native-tls`, `rustls` or `http-client`, or pass a service"
    )]
    NoHttpClient,
    /// The address is an https one, and the HTTP client has no TLS.
    #[error(
        "this client has no TLS for an https address; enable `native-tls` or `rustls`, \
         and do not disable the TLS backend"
    )]
    NoTls,
    /// The TLS library could not be set up, or a certificate of the connector cannot be used.
    #[error("could not set up TLS: {0}")]
    Tls(BoxError),
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::configuration(error)
    }
}
