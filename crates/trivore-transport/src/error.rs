//! Why a call failed.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::api_error::ApiError;
use crate::builder::BuildError;
use crate::delivery::Delivery;
use crate::operation::{Operation, Safety};
use crate::path::InvalidPath;
use crate::retry::{AttemptSummary, Outcome, retry_after};

/// What a call returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error, as tower's middleware passes it on.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// Ask what happened with the `is_*` methods, read the server's own words with
/// [`Error::api`], and after a failed write ask [`Error::may_have_been_applied`].
///
/// Neither `Display` nor `Debug` holds what was sent, nor identifiers, nor
/// values of an answer; the one thing they quote is the server's error message.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: Option<Operation>,
    attempts: Vec<AttemptSummary>,
    /// An attempt before the last one may have been applied.
    has_open_attempt: bool,
}

#[derive(Debug)]
enum Kind {
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

impl Error {
    /// An error of a layer or service of your own.
    ///
    /// Any error type serves there, too; this one keeps its predicates.
    /// `sent` tells whether the request may have left.
    pub fn middleware(source: impl Into<BoxError>, sent: bool) -> Self {
        Kind::Middleware { source: source.into(), sent }.into()
    }

    /// An error of the client's configuration: nothing was sent.
    pub fn configuration(source: impl Into<BoxError>) -> Self {
        Kind::Configuration(source.into()).into()
    }

    /// Input that the operation cannot take: nothing was sent.
    pub fn input(source: impl Into<BoxError>) -> Self {
        Kind::Input(source.into()).into()
    }

    /// No connection could be made: nothing was sent.
    ///
    /// For services of your own in place of HTTP.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Kind::Connect(source.into()).into()
    }

    pub(crate) fn connection(source: impl Into<BoxError>) -> Self {
        Kind::Connection { source: source.into() }.into()
    }

    pub(crate) fn timeout(limit: Duration, scope: Scope, sent: bool) -> Self {
        Kind::Timeout { limit, scope, sent }.into()
    }

    pub(crate) fn rate_limit(wait: Duration) -> Self {
        Kind::RateLimit { wait }.into()
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Kind::TooLarge { limit }.into()
    }

    pub(crate) fn refused(error: ApiError) -> Self {
        Kind::Api(error).into()
    }

    pub(crate) fn decode(error: DecodeError) -> Self {
        Kind::Decode(error).into()
    }

    /// No access token was to be had, for this reason.
    pub(crate) fn no_token(reason: Arc<Self>) -> Self {
        Kind::Token(reason).into()
    }

    /// Takes back an error of ours that went through a user's layer.
    pub(crate) fn from_middleware(source: BoxError, sent: bool) -> Self {
        match source.downcast::<Self>() {
            Ok(error) => *error,
            Err(source) => Self::middleware(source, sent),
        }
    }

    /// Names the operation, unless a deeper layer did.
    #[must_use]
    pub(crate) fn of(mut self, operation: Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Adds what is known of the call as a whole.
    #[must_use]
    pub(crate) fn after(mut self, delivery: &Delivery) -> Self {
        self.0.attempts = delivery.summaries();
        self.0.has_open_attempt = delivery.has_open_attempt();
        self
    }

    /// All attempts of the call, in order, such as `503 after 41 ms, waited 210 ms`.
    ///
    /// Empty when the call failed before its first attempt.
    pub fn attempts(&self) -> &[AttemptSummary] {
        &self.0.attempts
    }

    /// How long to wait before another try: what the server asked for by `Retry-After`, or
    /// what the client's own [`RateLimiter`](crate::RateLimiter) would have waited.
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::RateLimit { wait } => Some(*wait),
            _ => self.api().and_then(|answer| retry_after(answer.headers())),
        }
    }

    /// What this means for another attempt.
    pub(crate) fn outcome(&self) -> Outcome {
        match &self.0.kind {
            Kind::Connect(_) | Kind::Timeout { scope: Scope::Attempt, sent: false, .. } => {
                Outcome::NeverSent
            }
            Kind::Connection { .. }
            | Kind::Timeout { sent: true, .. }
            | Kind::Middleware { sent: true, .. } => Outcome::Unknown,
            Kind::Input(_)
            | Kind::Configuration(_)
            | Kind::Timeout { .. }
            | Kind::RateLimit { .. }
            | Kind::TooLarge { .. }
            | Kind::Api(_)
            | Kind::Decode(_)
            | Kind::Token(_)
            | Kind::Middleware { .. } => Outcome::Final,
        }
    }

    /// The operation that failed; `None` when the error comes from outside a call.
    pub fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_ref()
    }

    /// What the server said, when it answered with an error status.
    ///
    /// When [`Error::is_authorization`], this is what the token endpoint said.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(error) => Some(error),
            Kind::Token(reason) => reason.api(),
            _ => None,
        }
    }

    /// The status of the server's answer, when it answered with an error status.
    ///
    /// A token endpoint's status is none of the call's: it is in [`Error::api`] only.
    pub fn status(&self) -> Option<StatusCode> {
        self.api().filter(|_| !self.is_authorization()).map(ApiError::status)
    }

    /// The permission that the server says is missing, such as `ACCOUNT_VIEW`.
    ///
    /// Documented by the service: the message of its 403 answer names it.
    pub fn missing_permission(&self) -> Option<&str> {
        self.api().and_then(ApiError::missing_permission)
    }

    /// Whether the server may have done what the failed call asked for.
    ///
    /// `false` means that it has certainly changed nothing: the call only reads,
    /// was never sent, or was refused. `true` means that repeating the call could
    /// do its work twice: time ran out or the connection broke after the request
    /// left, the server failed on its side, or its answer could not be read.
    pub fn may_have_been_applied(&self) -> bool {
        let reads = self.0.operation.as_ref().is_some_and(|o| o.safety == Safety::Safe);
        !reads && (self.last_may_have_been_applied() || self.0.has_open_attempt)
    }

    /// The same for the last attempt alone, whatever the operation.
    pub(crate) fn last_may_have_been_applied(&self) -> bool {
        match &self.0.kind {
            Kind::Input(_)
            | Kind::Configuration(_)
            | Kind::Connect(_)
            | Kind::RateLimit { .. }
            | Kind::Token(_) => false,
            Kind::Connection { .. } | Kind::TooLarge { .. } | Kind::Decode(_) => true,
            Kind::Timeout { sent, .. } | Kind::Middleware { sent, .. } => *sent,
            Kind::Api(error) => error.may_have_been_applied(),
        }
    }

    /// Whether the input was refused before anything was sent.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::Input(_))
    }

    /// Whether the client's configuration is at fault; nothing was sent.
    pub fn is_configuration(&self) -> bool {
        matches!(self.what(), Kind::Configuration(_))
    }

    /// Whether no connection could be made; nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.what(), Kind::Connect(_))
    }

    /// Whether the connection failed under the request.
    pub fn is_connection(&self) -> bool {
        matches!(self.what(), Kind::Connection { .. })
    }

    /// Whether a time limit of the client ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.what(), Kind::Timeout { .. })
    }

    /// Whether the answer was larger than the client accepts.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge { .. })
    }

    /// Whether the answer could not be read as what the operation promises.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// Where in the answer reading failed, when [`Error::is_decode`].
    pub fn decode_error(&self) -> Option<&DecodeError> {
        match &self.0.kind {
            Kind::Decode(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the server answered 400 Bad Request.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(StatusCode::BAD_REQUEST)
    }

    /// Whether the server answered 401 Unauthorized.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the server answered 403 Forbidden.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether the server answered 404 Not Found.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the server answered 409 Conflict.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether the server answered 429 Too Many Requests, or the client's own
    /// [`RateLimiter`](crate::RateLimiter) would have kept the call beyond its deadline.
    ///
    /// [`Error::status`] tells them apart: the limiter's refusal has none.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || matches!(self.0.kind, Kind::RateLimit { .. })
    }

    /// Whether the server answered with a status of 500 or above.
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// Whether there was no access token to sign the call with; the call was not sent.
    ///
    /// [`Error::is_connect`], [`Error::is_connection`], [`Error::is_timeout`] and
    /// [`Error::is_configuration`] tell why, or [`Error::api`] what the token endpoint said.
    pub fn is_authorization(&self) -> bool {
        matches!(self.0.kind, Kind::Token(_))
    }

    /// Whether the token endpoint refused to give a token, such as for a wrong password.
    ///
    /// [`ApiError::oauth_error`] names the reason. Another try without other credentials
    /// brings the same.
    pub fn is_token_refused(&self) -> bool {
        matches!(&self.0.kind, Kind::Token(reason) if reason.is_refusal())
    }

    /// Whether the server refused for good, whatever its load.
    pub(crate) fn is_refusal(&self) -> bool {
        let Kind::Api(error) = &self.0.kind else { return false };
        !error.status().is_server_error() && !matches!(error.status().as_u16(), 408 | 425 | 429)
    }

    /// What happened, to the call or to its token.
    fn what(&self) -> &Kind {
        match &self.0.kind {
            Kind::Token(reason) => reason.what(),
            own => own,
        }
    }

    /// Low-cardinality name of the failure, as OpenTelemetry's `error.type` wants it.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.0.kind {
            Kind::Input(_) => "input",
            Kind::Configuration(_) => "configuration",
            Kind::Connect(_) => "connect",
            Kind::Connection { .. } => "connection",
            Kind::Timeout { .. } => "timeout",
            Kind::RateLimit { .. } => "rate_limit",
            Kind::TooLarge { .. } => "too_large",
            Kind::Api(_) => "api",
            Kind::Decode(_) => "decode",
            Kind::Token(_) => "token",
            Kind::Middleware { .. } => "middleware",
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            attempts: Vec::new(),
            has_open_attempt: false,
        }))
    }
}

impl From<InvalidPath> for Error {
    fn from(error: InvalidPath) -> Self {
        Self::input(error)
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::configuration(error)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation.as_ref().map(|operation| operation.name))
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.attempts)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{}: ", operation.name)?;
        }
        match &self.0.kind {
            // Said here and not by `source`: it is the whole story.
            Kind::Input(source) => write!(f, "nothing was sent: {source}"),
            Kind::Configuration(source) => write!(f, "{source}"),
            Kind::Connect(source) => write!(f, "could not connect: {}", root(source)),
            Kind::Connection { source } => write!(f, "the connection failed: {}", root(source)),
            Kind::Timeout { limit, scope, sent } => {
                let what = match scope {
                    Scope::Attempt => "the attempt",
                    Scope::Call => "the call",
                };
                let sent = if *sent { "after the request was sent" } else { "before it was sent" };
                write!(f, "{what} exceeded {limit:?}, {sent}")
            }
            Kind::RateLimit { wait } => write!(
                f,
                "nothing was sent: the rate limit asks to wait {wait:?}, beyond the call's end"
            ),
            Kind::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            Kind::Api(error) => write!(f, "{error}"),
            Kind::Decode(error) => write!(f, "{error}"),
            Kind::Token(reason) => write!(f, "no access token: {reason}"),
            Kind::Middleware { source, .. } => write!(f, "{}", root(source)),
        }?;
        let mut opening = " (attempts: ";
        for attempt in self.0.attempts.iter().filter(|_| self.0.attempts.len() > 1) {
            write!(f, "{opening}{attempt}")?;
            opening = ", ";
        }
        if self.0.attempts.len() > 1 { f.write_str(")") } else { Ok(()) }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Connect(source)
            | Kind::Connection { source }
            | Kind::Middleware { source, .. } => Some(source.as_ref()),
            Kind::Input(source) | Kind::Configuration(source) => source.source(),
            Kind::Token(reason) => reason.source(),
            Kind::Timeout { .. }
            | Kind::RateLimit { .. }
            | Kind::TooLarge { .. }
            | Kind::Api(_)
            | Kind::Decode(_) => None,
        }
    }
}

/// Why the body of a successful answer could not be read.
///
/// It tells the place and what was expected there, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) path: String,
    pub(crate) expected: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl DecodeError {
    /// JSON path of the value that does not fit, such as `resources[3].name`; `.` is the whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the operation expects there, such as `a string`, when known.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The answer's content type, when it is not JSON.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(content_type) = &self.content_type {
            return write!(f, "the answer is not JSON but {content_type}");
        }
        write!(f, "the answer does not fit at {}", self.path)?;
        match &self.expected {
            Some(expected) => write!(f, ": expected {expected}"),
            None => Ok(()),
        }
    }
}

impl StdError for DecodeError {}

/// The innermost cause, where libraries put what really happened.
fn root(error: &BoxError) -> &dyn StdError {
    let mut root: &dyn StdError = error.as_ref();
    while let Some(source) = root.source() {
        root = source;
    }
    root
}
