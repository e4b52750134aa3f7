//! Classifies an attempt by its result and its delivery.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};

use crate::call::{AttemptOutcome, Delivery, Safety, TokenFault};
use crate::error::{Error, ErrorKind, TimeoutScope, is_given_up};

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
            ErrorKind::Connect(source) | ErrorKind::Connection { source }
                if source.is_permanent() =>
            {
                Self::Final
            }
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
            | ErrorKind::Closed
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
