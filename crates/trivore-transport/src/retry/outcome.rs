//! The outcome of an attempt, which decides whether it may be repeated.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};

use crate::call::{Delivery, Safety};
use crate::error::{Error, ErrorKind, TimeoutScope, is_given_up};
use crate::retry::TokenFault;

/// The outcome of an attempt, as far as a retry is concerned.
///
/// # Examples
///
/// ```
/// use trivore_transport::{AttemptOutcome, Safety};
///
/// // A request that was not applied can be repeated, whatever the operation.
/// assert!(AttemptOutcome::NeverSent.is_retryable(Safety::NotIdempotent));
/// // A request that may have been applied is repeated only if the operation is idempotent.
/// assert!(AttemptOutcome::Unknown.is_retryable(Safety::Idempotent));
/// assert!(!AttemptOutcome::Unknown.is_retryable(Safety::NotIdempotent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The request was not sent: there was no connection to send it on.
    NeverSent,
    /// The server rejected the access token (401), and another one may be requested.
    ///
    /// A call is repeated once after it, whatever the operation and the policy, without a wait and
    /// free of the budget; a further rejection in the same call is [`Final`](Self::Final). The same
    /// applies if the token expired while the request waited for its turn, so that it was not sent.
    /// A 401 is final if the client has a fixed header instead of tokens, if the scope is
    /// insufficient, or if another token did not help just before.
    TokenRejected,
    /// The server rejected the request because of its rate (429), without applying it.
    Limited,
    /// The server did not process the request (421, 425).
    ///
    /// RFC 9110 and RFC 8470 allow to repeat it, whatever the operation.
    Unprocessed,
    /// The server rejected the request temporarily (503 with `Retry-After`).
    ///
    /// The server has probably not applied it, but there is no guarantee.
    Unavailable,
    /// The request may have been applied.
    ///
    /// The attempt timed out after the request was sent, the connection failed, or the server or a
    /// gateway gave up or failed: 408, 499 (a gateway's word for a request that was given up), and
    /// every 5xx except those in [`Final`](Self::Final). If a layer of yours made up the response
    /// after a request was sent, its status does not matter.
    Unknown,
    /// A retry would not help: the call succeeded or failed permanently.
    ///
    /// These are also the 5xx that stay the same when the request is repeated: 501, 505, 506, 507,
    /// 508, 510 and 511.
    Final,
}

impl AttemptOutcome {
    /// Classifies an attempt by its response or error, and by what was sent and received.
    ///
    /// The user's layers may have made up the response, or sent several requests.
    pub(crate) fn of(
        result: &Result<Response<Bytes>, Error>,
        delivery: &Delivery,
        safety: Safety,
    ) -> Self {
        let is_open = delivery.may_be_applied(result);
        if has_token_fault(result, delivery) && (!is_open || safety.is_repeatable()) {
            return Self::TokenRejected;
        }
        let shown = match result {
            Ok(response) => Self::of_status(response),
            Err(error) => Self::of_kind(error.kind()),
        };
        let is_made_up = result.is_ok() && delivery.server_status(result).is_none();
        match shown {
            Self::NeverSent | Self::Limited | Self::Unprocessed if is_open => Self::Unknown,
            Self::Final if is_made_up && is_open => Self::Unknown,
            Self::Unknown | Self::Unavailable if is_made_up && !is_open => Self::NeverSent,
            shown => shown,
        }
    }

    fn of_kind(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::Connect(source) if source.is_permanent() => Self::Final,
            ErrorKind::Connect(_)
            | ErrorKind::Timeout { scope: TimeoutScope::Attempt, sent: false, .. } => {
                Self::NeverSent
            }
            ErrorKind::Middleware { source, sent: false } if source.is_timeout() => Self::NeverSent,
            ErrorKind::Connection { .. }
            | ErrorKind::Timeout { sent: true, .. }
            | ErrorKind::Middleware { sent: true, .. } => Self::Unknown,
            ErrorKind::Input(_)
            | ErrorKind::Configuration(_)
            | ErrorKind::Timeout { .. }
            | ErrorKind::RateLimit { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Api(_)
            | ErrorKind::Decode(_)
            | ErrorKind::Token(_)
            | ErrorKind::Middleware { .. } => Self::Final,
        }
    }

    fn of_status(response: &Response<Bytes>) -> Self {
        let status = response.status();
        match status {
            StatusCode::TOO_MANY_REQUESTS => Self::Limited,
            StatusCode::MISDIRECTED_REQUEST | StatusCode::TOO_EARLY => Self::Unprocessed,
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => {
                Self::Unavailable
            }
            StatusCode::NOT_IMPLEMENTED
            | StatusCode::HTTP_VERSION_NOT_SUPPORTED
            | StatusCode::VARIANT_ALSO_NEGOTIATES
            | StatusCode::INSUFFICIENT_STORAGE
            | StatusCode::LOOP_DETECTED
            | StatusCode::NOT_EXTENDED
            | StatusCode::NETWORK_AUTHENTICATION_REQUIRED => Self::Final,
            // A status that is not registered means the same as the 500 (RFC 9110, section 15).
            _ if status.is_server_error() || is_given_up(status) => Self::Unknown,
            _ => Self::Final,
        }
    }

    /// Whether an operation of this safety may be repeated after this outcome.
    pub fn is_retryable(self, safety: Safety) -> bool {
        match self {
            Self::NeverSent | Self::TokenRejected | Self::Limited | Self::Unprocessed => true,
            Self::Unavailable | Self::Unknown => safety.is_repeatable(),
            Self::Final => false,
        }
    }
}

/// Whether the attempt failed because of its access token.
fn has_token_fault(result: &Result<Response<Bytes>, Error>, delivery: &Delivery) -> bool {
    let is_success = matches!(result, Ok(response) if response.status().is_success());
    if is_success {
        return false;
    }
    let status = delivery.server_status(result);
    match delivery.token_fault() {
        Some(TokenFault::Rejected(_)) => status == Some(StatusCode::UNAUTHORIZED),
        // A layer may have sent the request with another token since.
        Some(TokenFault::Expired) => status.is_none(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, retry_after: bool, expected: AttemptOutcome) {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        if retry_after {
            response.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("1"));
        }

        let delivery = Delivery::default();
        let outcome = AttemptOutcome::of(&Ok(response), &delivery, Safety::NotIdempotent);
        assert_eq!(outcome, expected, "{status}");
    }

    #[test]
    fn a_status_tells_what_an_attempt_came_to() {
        check(429, false, AttemptOutcome::Limited);
        check(503, true, AttemptOutcome::Unavailable);
        for status in [408, 499, 500, 502, 503, 504, 509, 520, 524, 530, 561, 598, 599] {
            check(status, false, AttemptOutcome::Unknown);
        }
        for status in [421, 425] {
            check(status, true, AttemptOutcome::Unprocessed);
        }
        for status in [200, 204, 302, 400, 401, 404, 407, 460, 501, 505, 507, 508, 511] {
            check(status, true, AttemptOutcome::Final);
        }
    }
}
