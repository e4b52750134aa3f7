//! The kinds of errors and their texts.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::cause::Cause;
use crate::error::{ApiError, BoxError, DecodeError, Error, Failure};

/// What happened, with its details.
#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// The input is invalid; nothing was sent.
    Input(BoxError),
    /// The client's configuration is invalid; the attempt was not sent.
    Configuration(BoxError),
    /// The client was closed; nothing was sent.
    Closed,
    /// There was no connection, or the server refused the request unprocessed; the attempt was not
    /// applied.
    Connect(Cause),
    /// The connection failed while the request was in flight.
    Connection { source: Cause },
    /// The attempt or the call timed out.
    Timeout { limit: Duration, scope: TimeoutScope, sent: bool },
    /// The client's own rate limit requires a wait beyond the call's deadline; the attempt was not
    /// sent.
    RateLimit { wait: Duration },
    /// The response is larger than the client's limit.
    TooLarge { limit: usize },
    /// The server responded with an error status.
    Api(ApiError),
    /// The response could not be decoded.
    Decode(DecodeError),
    /// The client could not get an access token; the attempt was not sent.
    Token(Arc<Error>),
    /// The user's layer or service failed.
    Middleware { source: Cause, sent: bool },
}

/// What timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeoutScope {
    Attempt,
    Call,
}

impl ErrorKind {
    /// Returns what happened to the call, or to its token request.
    pub(crate) fn what(&self) -> &Self {
        match self {
            Self::Token(reason) => reason.kind().what(),
            own => own,
        }
    }

    /// Whether the server may have applied the attempt.
    pub(crate) fn may_have_been_applied(&self) -> bool {
        match self {
            Self::Input(_)
            | Self::Configuration(_)
            | Self::Closed
            | Self::Connect(_)
            | Self::RateLimit { .. }
            | Self::Token(_) => false,
            Self::Connection { .. } | Self::TooLarge { .. } | Self::Decode(_) => true,
            Self::Timeout { sent, .. } | Self::Middleware { sent, .. } => *sent,
            Self::Api(error) => error.may_have_been_applied(),
        }
    }

    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Input(_) => Failure::Input,
            Self::Configuration(_) => Failure::Configuration,
            Self::Closed => Failure::Closed,
            Self::Connect(_) => Failure::Connect,
            Self::Connection { .. } => Failure::Connection,
            Self::Timeout { .. } => Failure::Timeout,
            Self::RateLimit { .. } => Failure::RateLimit,
            Self::TooLarge { .. } => Failure::TooLarge,
            Self::Api(_) => Failure::Refused,
            Self::Decode(_) => Failure::Decode,
            Self::Token(_) => Failure::Token,
            Self::Middleware { source, .. } if source.is_timeout() => Failure::Timeout,
            Self::Middleware { .. } => Failure::Middleware,
        }
    }

    /// Whether the attempt or the call timed out, by a limit of the client's or of another's.
    pub(crate) fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Connect(source)
            | Self::Connection { source }
            | Self::Middleware { source, .. } => source.is_timeout(),
            Self::Input(_)
            | Self::Configuration(_)
            | Self::Closed
            | Self::RateLimit { .. }
            | Self::TooLarge { .. }
            | Self::Api(_)
            | Self::Decode(_)
            | Self::Token(_) => false,
        }
    }

    /// Returns the foreign error that the client, a layer or a service failed with.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Connect(source)
            | Self::Connection { source }
            | Self::Middleware { source, .. } => Some(source),
            Self::Token(reason) => reason.kind().cause(),
            Self::Input(_)
            | Self::Configuration(_)
            | Self::Closed
            | Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::TooLarge { .. }
            | Self::Api(_)
            | Self::Decode(_) => None,
        }
    }

    pub(crate) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Connect(source)
            | Self::Connection { source }
            | Self::Middleware { source, .. } => source.rest(),
            Self::Input(source) | Self::Configuration(source) => source.source(),
            Self::Token(reason) => reason.source(),
            Self::Closed
            | Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::TooLarge { .. }
            | Self::Api(_)
            | Self::Decode(_) => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The message is included here, so it is not a `source`.
            Self::Input(source) => write!(f, "request not sent: {source}"),
            Self::Configuration(source) => write!(f, "{source}"),
            Self::Closed => f.write_str("request not sent: the client was closed"),
            Self::Connect(source) if source.had_connection() => {
                write!(f, "the request was not processed: {source}")
            }
            Self::Connect(source) => write!(f, "could not connect: {source}"),
            Self::Connection { source } => write!(f, "the connection failed: {source}"),
            Self::Timeout { limit, scope, sent } => {
                let what = match scope {
                    TimeoutScope::Attempt => "the attempt",
                    TimeoutScope::Call => "the call",
                };
                let sent = if *sent { "already" } else { "not" };
                write!(f, "{what} timed out after {limit:?}; the request was {sent} sent")
            }
            Self::RateLimit { wait } => write!(
                f,
                "request not sent: the rate limit requires a wait of {:?}, \
                 beyond the call's deadline",
                in_milliseconds(*wait)
            ),
            Self::TooLarge { limit } => write!(f, "the response is larger than {limit} bytes"),
            Self::Api(error) => write!(f, "{error}"),
            Self::Decode(error) => write!(f, "{error}"),
            Self::Token(reason) => write!(f, "could not get an access token: {reason}"),
            Self::Middleware { source, .. } => write!(f, "{source}"),
        }
    }
}

/// Rounds up to milliseconds.
fn in_milliseconds(wait: Duration) -> Duration {
    let milliseconds = wait.as_nanos().div_ceil(1_000_000);
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}
