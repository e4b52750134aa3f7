//! The kind of an error, for callers.

use std::fmt;

/// The kind of an error, to match on and as a label for metrics.
///
/// See [`Error::failure`](crate::Error::failure) and [`AttemptEnd`](crate::AttemptEnd).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// The input is invalid; nothing was sent.
    Input,
    /// The client's configuration is invalid; the attempt was not sent.
    Configuration,
    /// The client was closed; nothing was sent.
    Closed,
    /// There was no connection, or the server refused the request unprocessed; the attempt was not
    /// applied.
    Connect,
    /// The connection failed while the request was in flight.
    Connection,
    /// The attempt or the call timed out, by a limit of the client's or of your own layer.
    Timeout,
    /// The client's own rate limit requires a wait beyond the call's deadline; the attempt was not
    /// sent.
    RateLimit,
    /// The response is larger than the client's limit.
    TooLarge,
    /// The server responded with an error status.
    Refused,
    /// The response could not be decoded.
    Decode,
    /// The client could not get an access token; the attempt was not sent.
    Token,
    /// Your own layer or service failed, other than by a timeout.
    Middleware,
}

impl Failure {
    /// Returns the value of OpenTelemetry's `error.type` in spans, such as `rate_limit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Configuration => "configuration",
            Self::Closed => "closed",
            Self::Connect => "connect",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::RateLimit => "rate_limit",
            Self::TooLarge => "too_large",
            Self::Refused => "refused",
            Self::Decode => "decode",
            Self::Token => "token",
            Self::Middleware => "middleware",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
