//! Why a call failed.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::api_error::ApiError;
use crate::builder::BuildError;
use crate::decode_error::DecodeError;
use crate::delivery::Delivery;
use crate::kind::{Kind, Scope};
use crate::operation::{Operation, Safety};
use crate::path::InvalidPath;
use crate::retry::{AttemptSummary, retry_after};

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

impl Error {
    /// A layer or service of your own failed before the request left.
    ///
    /// Any error type serves there, too; then the client itself judges whether it left.
    pub fn before_sending(source: impl Into<BoxError>) -> Self {
        Self::middleware(source, false)
    }

    /// A layer or service of your own failed when the request may have left.
    pub fn after_sending(source: impl Into<BoxError>) -> Self {
        Self::middleware(source, true)
    }

    pub(crate) fn middleware(source: impl Into<BoxError>, sent: bool) -> Self {
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

    pub(crate) fn kind(&self) -> &Kind {
        &self.0.kind
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
        !reads && (self.0.kind.may_have_been_applied() || self.0.has_open_attempt)
    }

    /// Whether the input was refused before anything was sent.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::Input(_))
    }

    /// Whether the client's configuration is at fault; nothing was sent.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind.what(), Kind::Configuration(_))
    }

    /// Whether no connection could be made; nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind.what(), Kind::Connect(_))
    }

    /// Whether the connection failed under the request.
    pub fn is_connection(&self) -> bool {
        matches!(self.0.kind.what(), Kind::Connection { .. })
    }

    /// Whether a time limit of the client ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind.what(), Kind::Timeout { .. })
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
        write!(f, "{}", self.0.kind)?;
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
        self.0.kind.source()
    }
}
