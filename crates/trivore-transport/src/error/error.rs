//! The error type of calls.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::call::{AttemptEnd, AttemptSummary, InvalidPath, Operation, Safety};
use crate::error::cause::Cause;
use crate::error::chain::chain;
use crate::error::{ApiError, BoxError, DecodeError, ErrorKind, Failure, TimeoutScope};
use crate::message::server_wait;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// The `is_*` methods classify the error, and [`Error::api`] returns the server's error response.
/// After a failed write, check [`Error::may_have_been_applied`] before you repeat it.
///
/// The predicates describe the last attempt; only [`Error::may_have_been_applied`] considers all
/// attempts.
///
/// `Display` and `Debug` never show what was sent. From a response, they quote the server's error
/// message, the OAuth error code, the request identifier, the media type if it is not JSON, and the
/// JSON path of a value that could not be decoded.
///
/// ```
/// use http::{Request, Response};
/// use trivore_transport::{Body, BoxError, Call, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
///     let body = r#"{"errorMessage": "Account not found.", "statusCode": 404}"#;
///     Ok::<_, BoxError>(Response::builder().status(404).body(body.to_owned())?)
/// }));
///
/// let error = client.execute(Call::delete(&["user", "42"])).await.unwrap_err();
///
/// assert!(error.is_not_found());
/// assert!(!error.may_have_been_applied());
/// assert_eq!(error.api().unwrap().message(), Some("Account not found."));
/// assert_eq!(
///     error.to_string(),
///     "call: the server responded with 404 Not Found: Account not found."
/// );
/// # }
/// ```
pub struct Error(Box<ErrorParts>);

struct ErrorParts {
    kind: ErrorKind,
    operation: Option<Operation>,
    attempts: Vec<AttemptSummary>,
    /// Whether the server may have applied the call, by what was sent and received; `None` if that
    /// was not recorded.
    is_open: Option<bool>,
}

impl Error {
    /// Makes an error of your own layer or service, before the request was sent.
    ///
    /// Your layers may also return any other error type. Then the client decides whether the
    /// request was sent: one that your innermost service was called with counts as sent. If it
    /// returns this error, the request counts as not sent.
    ///
    /// ```
    /// use trivore_transport::Error;
    ///
    /// let error = Error::before_sending("the circuit breaker is open");
    /// assert!(!error.may_have_been_applied());
    /// assert_eq!(error.to_string(), "the circuit breaker is open");
    /// ```
    pub fn before_sending(source: impl Into<BoxError>) -> Self {
        Self::middleware(source, false)
    }

    /// Makes an error of your own layer or service, after the request may have been sent.
    pub fn after_sending(source: impl Into<BoxError>) -> Self {
        Self::middleware(source, true)
    }

    pub(crate) fn middleware(source: impl Into<BoxError>, sent: bool) -> Self {
        ErrorKind::Middleware { source: source.into().into(), sent }.into()
    }

    /// Makes an error of the client's configuration; nothing was sent.
    pub fn configuration(source: impl Into<BoxError>) -> Self {
        ErrorKind::Configuration(source.into()).into()
    }

    /// Makes an error for input that the operation does not accept; nothing was sent.
    pub fn input(source: impl Into<BoxError>) -> Self {
        ErrorKind::Input(source.into()).into()
    }

    /// Makes an error for a failed connection attempt; nothing was sent.
    ///
    /// This is for services of your own that replace HTTP. The retry policy treats it as safe to
    /// retry for every operation.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        ErrorKind::Connect(source.into().into()).into()
    }

    pub(crate) fn closed() -> Self {
        ErrorKind::Closed.into()
    }

    pub(crate) fn connection(source: impl Into<BoxError>) -> Self {
        ErrorKind::Connection { source: source.into().into() }.into()
    }

    pub(crate) fn timeout(limit: Duration, scope: TimeoutScope, sent: bool) -> Self {
        ErrorKind::Timeout { limit, scope, sent }.into()
    }

    pub(crate) fn rate_limit(wait: Duration) -> Self {
        ErrorKind::RateLimit { wait }.into()
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        ErrorKind::TooLarge { limit }.into()
    }

    pub(crate) fn refused(error: ApiError) -> Self {
        ErrorKind::Api(error).into()
    }

    pub(crate) fn decode(error: DecodeError) -> Self {
        ErrorKind::Decode(error).into()
    }

    /// Makes the error of a call that could not get an access token.
    pub(crate) fn no_token(reason: Arc<Self>) -> Self {
        ErrorKind::Token(reason).into()
    }

    /// Downcasts an error that passed through the user's layers; wraps it if it is theirs.
    pub(crate) fn from_middleware(source: BoxError, sent: bool) -> Self {
        let source = match source.downcast::<Self>() {
            Ok(error) => return *error,
            Err(source) => source,
        };
        let is_open_elsewhere = chain(&*source)
            .filter_map(|error| error.downcast_ref())
            .any(|error: &Self| error.elsewhere() == Some(true));
        Self::middleware(source, sent || is_open_elsewhere)
    }

    /// Sets the operation, unless an inner layer did.
    #[must_use]
    pub(crate) fn of(mut self, operation: Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Adds the history of the call: its operation and attempts, whether the server may have
    /// applied it, and whether it may have applied the last attempt.
    #[must_use]
    pub(crate) fn after(
        mut self,
        operation: Option<Operation>,
        attempts: Vec<AttemptSummary>,
        is_open: bool,
        last_is_open: bool,
    ) -> Self {
        self.0.is_open = Some(self.leaves_open(Some(is_open)));
        self.0.operation = operation.or(self.0.operation);
        self.0.attempts = attempts;
        if let ErrorKind::Timeout { sent, .. } = &mut self.0.kind {
            // A layer may have sent the request since.
            *sent |= last_is_open;
        }
        self
    }

    /// Returns all attempts of the call in order, such as `503 after 41 ms, waited 210 ms`.
    ///
    /// Empty if the call failed before its first attempt.
    pub fn attempts(&self) -> &[AttemptSummary] {
        &self.0.attempts
    }

    /// Returns the wait that is required before the call can be repeated.
    ///
    /// It comes from the server's `Retry-After` header, after a 429, or a 503 with that header,
    /// also from its rate limit headers (the latest of them counts), or from the client's own
    /// [`RateLimiter`](crate::RateLimiter).
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            ErrorKind::RateLimit { wait } => Some(*wait),
            _ => self.api().and_then(|error| server_wait(error.status(), error.headers())),
        }
    }

    pub(crate) fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the operation that failed; `None` if the error is not from a call.
    pub fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_ref()
    }

    /// Returns the server's error response, if it responded with an error status.
    ///
    /// If [`Error::is_authorization`], it is the response of the token endpoint.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(error) => Some(error),
            ErrorKind::Token(reason) => reason.api(),
            _ => None,
        }
    }

    /// Returns the status of the server's error response.
    ///
    /// The status of a token endpoint is not included; it is only in [`Error::api`].
    pub fn status(&self) -> Option<StatusCode> {
        self.api().filter(|_| !self.is_authorization()).map(ApiError::status)
    }

    /// Returns the permission that the client lacks, such as `ACCOUNT_VIEW`.
    ///
    /// The service names it in the message of its 403 response (documented).
    pub fn missing_permission(&self) -> Option<&str> {
        self.api().and_then(ApiError::missing_permission)
    }

    /// Whether the server may have applied the failed call.
    ///
    /// `false` means that the server has certainly changed nothing: the call only reads, was never
    /// sent, or was rejected. `true` means that repeating the call may apply it twice: the call
    /// timed out or the connection failed after the request was sent, the server failed or gave up,
    /// or its response could not be read.
    ///
    /// What counts is what was sent and what the server responded to each attempt. A response or
    /// error that a layer of yours made up is no response of the server's, whatever its status: a
    /// request that was sent without another response may have been applied. If a layer replaced
    /// the server's response, the server's status counts. By status:
    ///
    /// | The server's response | `may_have_been_applied()` | Retried |
    /// |---|---|---|
    /// | none: nothing was sent | `false` | always |
    /// | none: timeout, broken connection | `true` | if idempotent |
    /// | 2xx that cannot be read, 3xx, 1xx | `true` | never |
    /// | 408, 499 | `true` | if idempotent |
    /// | 421, 425, 429 | `false` | always |
    /// | other 4xx | `false` | never, except a 401 for an access token, once |
    /// | 501, 505, 506, 507, 508, 510, 511 | `true` | never |
    /// | other 5xx | `true` | if idempotent |
    ///
    /// [`Safety::is_repeatable`] returns whether an operation is idempotent in this sense.
    ///
    /// ```
    /// use trivore_transport::{Call, Client, Error};
    ///
    /// async fn create(client: &Client, call: Call<()>) -> Result<(), Error> {
    ///     match client.execute(call).await {
    ///         Err(error) if error.may_have_been_applied() => {
    ///             // Look for the new resource before you repeat the call.
    ///             Err(error)
    ///         }
    ///         other => other, // On an error, nothing was changed.
    ///     }
    /// }
    /// ```
    pub fn may_have_been_applied(&self) -> bool {
        let reads = self.0.operation.as_ref().is_some_and(|o| o.safety == Safety::Safe);
        !reads && self.0.is_open.unwrap_or_else(|| self.0.kind.may_have_been_applied())
    }

    /// Whether a server may have applied the call that failed with this error; `None` if it is not
    /// the error of a whole call.
    ///
    /// A layer or service of the user's may return the error of another client, through which it
    /// has sent the request.
    fn elsewhere(&self) -> Option<bool> {
        self.0.is_open.map(|_| self.may_have_been_applied())
    }

    /// Whether the server may have applied a request, attempt or call that ended with this error;
    /// `recorded` is whether it may have by what was sent and received, if that is known.
    pub(crate) fn leaves_open(&self, recorded: Option<bool>) -> bool {
        match (self.elsewhere(), recorded, self.kind()) {
            (Some(elsewhere), recorded, _) => elsewhere || recorded == Some(true),
            // A layer may send past the client.
            (None, Some(false), ErrorKind::Middleware { sent, .. }) => *sent,
            (None, Some(recorded), _) => recorded,
            (None, None, kind) => kind.may_have_been_applied(),
        }
    }

    /// Returns what kind of failure this is, to match on.
    ///
    /// The `is_*` methods can tell more: a failed connection attempt that took too long is
    /// [`Failure::Connect`], and [`is_timeout`](Self::is_timeout), too.
    ///
    /// ```
    /// use trivore_transport::{Error, Failure};
    ///
    /// fn hint(error: &Error) -> &'static str {
    ///     match error.failure() {
    ///         Failure::Input => "check the arguments",
    ///         Failure::Configuration | Failure::Token => "check the client's settings",
    ///         Failure::Connect | Failure::Connection | Failure::Timeout => "check the network",
    ///         Failure::Refused => "see the server's message",
    ///         _ => "see the log",
    ///     }
    /// }
    ///
    /// assert_eq!(hint(&Error::connect("connection refused")), "check the network");
    /// ```
    pub fn failure(&self) -> Failure {
        self.0.kind.failure()
    }

    /// Returns the error of your own layer or service, or of the HTTP client, as it was given.
    ///
    /// `Display` and [`source`](StdError::source) show its texts, each once; downcast this one to
    /// get your own type back.
    ///
    /// ```
    /// use trivore_transport::Error;
    ///
    /// #[derive(Debug, PartialEq, thiserror::Error)]
    /// #[error("the circuit breaker is open")]
    /// struct Open;
    ///
    /// let error = Error::before_sending(Open);
    ///
    /// assert_eq!(error.get_ref().and_then(|inner| inner.downcast_ref()), Some(&Open));
    /// ```
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.kind.cause().map(Cause::get_ref)
    }

    /// Whether the input is invalid; nothing was sent.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Input(_))
    }

    /// Whether the client's configuration is invalid; the last attempt was not sent.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind.what(), ErrorKind::Configuration(_))
    }

    /// Whether the client was [closed](crate::Client::close); nothing was sent.
    pub fn is_closed(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Closed)
    }

    /// Whether there was no connection for the request, or the server refused it unprocessed; the
    /// last attempt was not applied.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind.what(), ErrorKind::Connect(_))
    }

    /// Whether the connection failed while the request was in flight.
    pub fn is_connection(&self) -> bool {
        matches!(self.0.kind.what(), ErrorKind::Connection { .. })
    }

    /// Whether the call or an attempt timed out.
    ///
    /// This includes errors of your own layers and service that are or wrap the `Elapsed` of tower
    /// or tokio, the `TimeoutError` of tower-http, or an [`std::io::Error`] of the kind `TimedOut`.
    pub fn is_timeout(&self) -> bool {
        self.0.kind.what().is_timeout()
    }

    /// Whether the response is larger than the client's limit.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge { .. })
    }

    /// Whether the response could not be decoded.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode(_))
    }

    /// Returns where and why decoding failed, if [`Error::is_decode`].
    pub fn decode_error(&self) -> Option<&DecodeError> {
        match &self.0.kind {
            ErrorKind::Decode(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the server responded with 400 Bad Request.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(StatusCode::BAD_REQUEST)
    }

    /// Whether the server responded with 401 Unauthorized.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// Whether the server responded with 403 Forbidden.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether the server responded with 404 Not Found.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the server responded with 409 Conflict.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether the call was rejected by a rate limit of the server or of the client.
    ///
    /// The server responded with 429 Too Many Requests, or the wait that the client's own
    /// [`RateLimiter`](crate::RateLimiter) requires would exceed the call's deadline. Only the
    /// server's error has a [`status`](Error::status).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || matches!(self.0.kind, ErrorKind::RateLimit { .. })
    }

    /// Whether the server responded with a 5xx status.
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// Whether the client could not get an access token; the last attempt was not sent.
    ///
    /// [`Error::is_connect`], [`Error::is_connection`], [`Error::is_timeout`] and
    /// [`Error::is_configuration`] report the reason, or [`Error::api`] returns the response of the
    /// token endpoint.
    pub fn is_authorization(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Token(_))
    }

    /// Whether the token endpoint rejected the token request, for example for a wrong password.
    ///
    /// A retry with the same credentials and settings would fail again. The endpoint said so by an
    /// error code of RFC 6749, section 5.2, with status 400 or 401, or in a response with status
    /// 200. [`ApiError::oauth_error`] returns the code: `invalid_client` and `invalid_grant` are
    /// about the credentials, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope` and
    /// `invalid_request` about what was requested with them. No other response counts, and none to
    /// a request for the discovery document: it may come from a proxy, or the endpoint may have
    /// moved.
    pub fn is_token_refused(&self) -> bool {
        matches!(&self.0.kind, ErrorKind::Token(reason) if reason.refuses_token())
    }

    /// Whether a token endpoint rejected a token request for a reason that a retry does not change.
    pub(crate) fn refuses_token(&self) -> bool {
        match &self.0.kind {
            ErrorKind::Api(error) => error.refuses_token(),
            ErrorKind::Token(reason) => reason.refuses_token(),
            _ => false,
        }
    }
}

impl DecodeError {
    /// Makes this the error of a call whose response was a success.
    ///
    /// ```
    /// use trivore_transport::{DecodeError, Operation};
    ///
    /// const LIST: Operation = Operation::get("users.list", "/user");
    ///
    /// let error = DecodeError::new("startIndex", "100").into_error(&LIST);
    ///
    /// assert!(error.is_decode());
    /// assert!(!error.may_have_been_applied());
    /// assert_eq!(
    ///     error.to_string(),
    ///     "users.list: could not decode the response at startIndex: expected 100"
    /// );
    /// ```
    pub fn into_error(self, operation: &Operation) -> Error {
        Error::decode(self).of(operation.clone())
    }
}

impl AttemptEnd {
    /// How an attempt with this result ended.
    pub(crate) fn of(result: &Result<Response<Bytes>, Error>) -> Self {
        match result {
            Ok(response) => Self::Status(response.status()),
            Err(error) => Self::Failed(error.kind().failure()),
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(ErrorParts { kind, operation: None, attempts: Vec::new(), is_open: None }))
    }
}

impl From<InvalidPath> for Error {
    fn from(error: InvalidPath) -> Self {
        Self::input(error)
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
