//! The history of a call's attempts.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// One attempt of a call, as an error tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptSummary {
    /// How it ended.
    pub end: AttemptEnd,
    /// How long it took; zero when it was cut off.
    pub elapsed: Duration,
    /// How long the client waited before the next attempt; `None` when it made none.
    pub waited: Option<Duration>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptEnd {
    /// The server answered with this status.
    Status(StatusCode),
    /// There was no answer; the word tells why, as `error.type` does in spans.
    Failed(&'static str),
    /// The call ended before it.
    CutOff,
}

impl fmt::Display for AttemptSummary {
    /// Such as `503 after 41 ms, waited 210 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elapsed = Rounded(self.elapsed);
        match self.end {
            AttemptEnd::Status(status) => write!(f, "{} after {elapsed}", status.as_u16())?,
            AttemptEnd::Failed(reason) => write!(f, "{reason} after {elapsed}")?,
            AttemptEnd::CutOff => f.write_str("cut off")?,
        }
        match self.waited {
            Some(waited) => write!(f, ", waited {}", Rounded(waited)),
            None => Ok(()),
        }
    }
}

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
