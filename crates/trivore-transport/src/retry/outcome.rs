//! What an attempt came to, as far as repeating it goes.

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Response, StatusCode};

use crate::error::Error;
use crate::operation::Safety;

/// What an attempt came to, as far as repeating it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request never left: there was no connection to send it on.
    NeverSent,
    /// The server refused because of its load (429), and has done nothing.
    Limited,
    /// The server refused for now (503 with `Retry-After`).
    ///
    /// That it has done nothing then is likely, and nothing to rely upon.
    Unavailable,
    /// The request may have been applied: time ran out after it left, the connection
    /// broke, or the server or something before it failed (500, 502, 503, 504).
    Unknown,
    /// There is nothing to gain from another attempt: success, or a refusal for good.
    Final,
}

impl Outcome {
    /// What an answer or an error of the stack's lower part means.
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

    /// Whether an operation may be sent again after this.
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
