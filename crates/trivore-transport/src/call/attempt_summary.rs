//! The attempts of a call, as its error reports them.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::error::Failure;

/// One attempt of a call; see [`Error::attempts`](crate::Error::attempts).
///
/// # Examples
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use trivore_transport::{AttemptEnd, Body, BoxError, Call, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), BoxError> {
/// let client = Client::new(tower::service_fn(async |_: Request<Body>| {
///     Ok::<_, BoxError>(Response::builder().status(404).body(String::new())?)
/// }));
///
/// let error = client.execute(Call::get(&["ping"])).await.unwrap_err();
///
/// let [attempt] = error.attempts() else { panic!("404 is not retried") };
/// assert_eq!(attempt.end, AttemptEnd::Status(StatusCode::NOT_FOUND));
/// assert_eq!(attempt.waited, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptSummary {
    /// How it ended.
    pub end: AttemptEnd,
    /// How long it took, until it ended or was cut off.
    pub elapsed: Duration,
    /// How long the client waited before the next attempt; `None` if there was none.
    pub waited: Option<Duration>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptEnd {
    /// The server responded with this status.
    Status(StatusCode),
    /// There was no complete response, for this reason.
    Failed(Failure),
    /// The call was dropped or exceeded its deadline during the attempt.
    CutOff,
}

impl fmt::Display for AttemptEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => f.write_str(status.as_str()),
            Self::Failed(reason) => f.write_str(reason.as_str()),
            Self::CutOff => f.write_str("cut off"),
        }
    }
}

impl fmt::Display for AttemptSummary {
    /// Writes for instance `503 after 41 ms, waited 210 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.end, Rounded(self.elapsed))?;
        match self.waited {
            Some(waited) => write!(f, ", waited {}", Rounded(waited)),
            None => Ok(()),
        }
    }
}

/// Displays milliseconds below ten seconds, and seconds from there on.
struct Rounded(Duration);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < Duration::from_secs(10) {
            write!(f, "{} ms", self.0.as_millis())
        } else {
            write!(f, "{} s", self.0.as_secs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(end: AttemptEnd, elapsed: u64, waited: Option<u64>, expected: &str) {
        let waited = waited.map(Duration::from_millis);
        let summary = AttemptSummary { end, elapsed: Duration::from_millis(elapsed), waited };

        assert_eq!(summary.to_string(), expected);
    }

    #[test]
    fn a_summary_is_short() {
        let unavailable = AttemptEnd::Status(StatusCode::SERVICE_UNAVAILABLE);

        check(unavailable, 41, Some(210), "503 after 41 ms, waited 210 ms");
        check(AttemptEnd::Failed(Failure::Timeout), 9_999, None, "timeout after 9999 ms");
        check(AttemptEnd::Failed(Failure::Timeout), 10_000, None, "timeout after 10 s");
        check(AttemptEnd::CutOff, 2_000, None, "cut off after 2000 ms");
    }
}
