//! What happened when a call failed.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::api_error::ApiError;
use crate::decode_error::DecodeError;
use crate::error::{BoxError, Error};
use crate::retry::Outcome;

/// What happened, with what is known of it.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Bad input: nothing was sent.
    Input(BoxError),
    /// The client cannot be made or used as it is configured: nothing was sent.
    Configuration(BoxError),
    /// No connection: nothing was sent.
    Connect(BoxError),
    /// The connection failed under the request.
    Connection { source: BoxError },
    /// Time ran out.
    Timeout { limit: Duration, scope: Scope, sent: bool },
    /// The client's own rate limit asks for more time than the call has; nothing was sent.
    RateLimit { wait: Duration },
    /// The answer is larger than the client accepts.
    TooLarge { limit: usize },
    /// The server refused.
    Api(ApiError),
    /// The answer is not what the operation promises.
    Decode(DecodeError),
    /// There is no access token to sign the call with: it was not sent.
    Token(Arc<Error>),
    /// A layer or service of the user failed.
    Middleware { source: BoxError, sent: bool },
}

/// Which limit ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Attempt,
    Call,
}

impl Kind {
    /// What happened, to the call or to its token.
    pub(crate) fn what(&self) -> &Self {
        match self {
            Self::Token(reason) => reason.kind().what(),
            own => own,
        }
    }

    /// What this means for another attempt.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Connect(_) | Self::Timeout { scope: Scope::Attempt, sent: false, .. } => {
                Outcome::NeverSent
            }
            Self::Connection { .. }
            | Self::Timeout { sent: true, .. }
            | Self::Middleware { sent: true, .. } => Outcome::Unknown,
            Self::Input(_)
            | Self::Configuration(_)
            | Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::TooLarge { .. }
            | Self::Api(_)
            | Self::Decode(_)
            | Self::Token(_)
            | Self::Middleware { .. } => Outcome::Final,
        }
    }

    /// Whether the attempt may have changed something at the server.
    pub(crate) fn may_have_been_applied(&self) -> bool {
        match self {
            Self::Input(_)
            | Self::Configuration(_)
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
            Self::Connect(_) => Failure::Connect,
            Self::Connection { .. } => Failure::Connection,
            Self::Timeout { .. } => Failure::Timeout,
            Self::RateLimit { .. } => Failure::RateLimit,
            Self::TooLarge { .. } => Failure::TooLarge,
            Self::Api(_) => Failure::Refused,
            Self::Decode(_) => Failure::Decode,
            Self::Token(_) => Failure::Token,
            Self::Middleware { .. } => Failure::Middleware,
        }
    }

    pub(crate) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Connect(source)
            | Self::Connection { source }
            | Self::Middleware { source, .. } => Some(source.as_ref()),
            Self::Input(source) | Self::Configuration(source) => source.source(),
            Self::Token(reason) => reason.source(),
            Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::TooLarge { .. }
            | Self::Api(_)
            | Self::Decode(_) => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Said here and not by `source`: it is the whole story.
            Self::Input(source) => write!(f, "nothing was sent: {source}"),
            Self::Configuration(source) => write!(f, "{source}"),
            Self::Connect(source) => write!(f, "could not connect: {}", root(source)),
            Self::Connection { source } => write!(f, "the connection failed: {}", root(source)),
            Self::Timeout { limit, scope, sent } => {
                let what = match scope {
                    Scope::Attempt => "the attempt",
                    Scope::Call => "the call",
                };
                let sent = if *sent { "after the request was sent" } else { "before it was sent" };
                write!(f, "{what} exceeded {limit:?}, {sent}")
            }
            Self::RateLimit { wait } => write!(
                f,
                "nothing was sent: the rate limit asks to wait {wait:?}, beyond the call's end"
            ),
            Self::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            Self::Api(error) => write!(f, "{error}"),
            Self::Decode(error) => write!(f, "{error}"),
            Self::Token(reason) => write!(f, "no access token: {reason}"),
            Self::Middleware { source, .. } => write!(f, "{}", root(source)),
        }
    }
}

/// Low-cardinality name of what happened, for metrics; see [`AttemptEnd`](crate::AttemptEnd).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// Bad input; nothing was sent.
    Input,
    /// The client's configuration is at fault; nothing was sent.
    Configuration,
    /// No connection could be made; nothing was sent.
    Connect,
    /// The connection failed under the request.
    Connection,
    /// A time limit of the client ran out.
    Timeout,
    /// The client's own rate limit asks for more time than the call has; nothing was sent.
    RateLimit,
    /// The answer was larger than the client accepts.
    TooLarge,
    /// The server refused.
    Refused,
    /// The answer could not be read.
    Decode,
    /// There was no access token; nothing was sent.
    Token,
    /// A layer or service of your own failed.
    Middleware,
}

impl Failure {
    /// Its name in spans, as OpenTelemetry's `error.type` wants it, such as `rate_limit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Configuration => "configuration",
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

/// The innermost cause, where libraries put what really happened.
fn root(error: &BoxError) -> &dyn StdError {
    let mut root: &dyn StdError = error.as_ref();
    while let Some(source) = root.source() {
        root = source;
    }
    root
}
