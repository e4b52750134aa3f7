//! The outcome of an attempt, which decides whether it may be repeated.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};

use crate::error::Error;
use crate::operation::Safety;

/// The outcome of an attempt, as far as a retry is concerned.
///
/// # Examples
///
/// ```
/// use trivore_transport::{Outcome, Safety};
///
/// // A request that was not applied can be repeated, whatever the operation.
/// assert!(Outcome::NeverSent.is_retryable(Safety::NotIdempotent));
/// // A request that may have been applied is repeated only if that does no harm.
/// assert!(Outcome::Unknown.is_retryable(Safety::Idempotent));
/// assert!(!Outcome::Unknown.is_retryable(Safety::NotIdempotent));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request was not sent: there was no connection to send it on.
    NeverSent,
    /// The server rejected the request because of its rate (429), without applying it.
    Limited,
    /// The server rejected the request temporarily (503 with `Retry-After`).
    ///
    /// The server has probably not applied it, but there is no guarantee.
    Unavailable,
    /// The request may have been applied.
    ///
    /// The attempt timed out after the request was sent, the connection failed, or the server or a
    /// gateway failed (500, 502, 503, 504).
    Unknown,
    /// A retry would not help: the call succeeded or failed for good.
    Final,
}

impl Outcome {
    /// Classifies the response or error of an attempt.
    pub(crate) fn of(answer: &Result<Response<Bytes>, Error>) -> Self {
        match answer {
            Ok(response) => Self::of_status(response),
            Err(error) => error.kind().outcome(),
        }
    }

    fn of_status(response: &Response<Bytes>) -> Self {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Self::Limited,
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => {
                Self::Unavailable
            }
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Self::Unknown,
            _ => Self::Final,
        }
    }

    /// Whether an operation of this safety may be repeated after this outcome.
    pub fn is_retryable(self, safety: Safety) -> bool {
        match self {
            Self::NeverSent | Self::Limited => true,
            Self::Unavailable | Self::Unknown => safety.is_repeatable(),
            Self::Final => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, retry_after: bool, expected: Outcome) {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        if retry_after {
            response.headers_mut().insert(RETRY_AFTER, http::HeaderValue::from_static("1"));
        }

        assert_eq!(Outcome::of(&Ok(response)), expected, "{status}");
    }

    #[test]
    fn a_status_tells_what_an_attempt_came_to() {
        check(429, false, Outcome::Limited);
        check(503, true, Outcome::Unavailable);
        for status in [500, 502, 503, 504] {
            check(status, false, Outcome::Unknown);
        }
        for status in [200, 204, 302, 400, 401, 404, 408, 501, 505, 520] {
            check(status, true, Outcome::Final);
        }
    }
}
