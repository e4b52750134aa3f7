//! What a fault does to a call.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::fault::header;
use super::invalid::InvalidFault;
use super::limiter::Limiter;
use crate::connection::End;

/// What a fault does; in JSON a name, or a name with parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub(super) enum Behavior {
    ApplyThenHtmlPage {
        code: u16,
    },
    ApplyThenStatus {
        code: u16,
    },
    CloseAfterApplying,
    CloseBefore,
    CloseConnection,
    ContentType {
        value: String,
    },
    CutBody {
        bytes: usize,
    },
    Delay {
        ms: u64,
    },
    DelayBeforeApplying {
        ms: u64,
    },
    Drip {
        bytes: usize,
        ms: u64,
    },
    ExpireTokens,
    HtmlPage {
        code: u16,
    },
    MalformedJson,
    NoAnswer,
    NoAnswerAfterApplying,
    OversizedBody {
        bytes: u64,
    },
    OversizedStream {
        bytes: u64,
    },
    RateLimit {
        per_second: f64,
        burst: u32,
        #[serde(default)]
        headers: RateLimitHeaders,
    },
    ResetAfterApplying,
    ResetAfterReading,
    ResetBefore,
    RevokeTokens,
    StallBody {
        bytes: usize,
    },
    Status {
        code: u16,
    },
    TruncatedJson,
}

/// Headers by which a rate limit tells of itself.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateLimitHeaders {
    /// `Retry-After` when refused, and `X-RateLimit-Limit`, `-Remaining` and `-Reset` always.
    All,
    /// No headers.
    None,
    /// `Retry-After` when refused, in whole seconds.
    #[default]
    RetryAfter,
}

impl Behavior {
    /// Says whether the call happens before the fault does.
    pub(super) fn applies(&self) -> bool {
        match self {
            Self::CloseBefore
            | Self::HtmlPage { .. }
            | Self::NoAnswer
            | Self::RateLimit { .. }
            | Self::ResetAfterReading
            | Self::ResetBefore
            | Self::Status { .. } => false,
            Self::ApplyThenHtmlPage { .. }
            | Self::ApplyThenStatus { .. }
            | Self::CloseAfterApplying
            | Self::CloseConnection
            | Self::ContentType { .. }
            | Self::CutBody { .. }
            | Self::Delay { .. }
            | Self::DelayBeforeApplying { .. }
            | Self::Drip { .. }
            | Self::ExpireTokens
            | Self::MalformedJson
            | Self::NoAnswerAfterApplying
            | Self::OversizedBody { .. }
            | Self::OversizedStream { .. }
            | Self::ResetAfterApplying
            | Self::RevokeTokens
            | Self::StallBody { .. }
            | Self::TruncatedJson => true,
        }
    }

    /// Says whether the client gets at least the head of an answer.
    pub(super) fn answers(&self) -> bool {
        self.end().is_none() && !matches!(self, Self::NoAnswer | Self::NoAnswerAfterApplying)
    }

    /// Says how the connection ends instead of an answer.
    pub(super) fn end(&self) -> Option<End> {
        if matches!(self, Self::CloseAfterApplying | Self::CloseBefore) {
            Some(End::Close)
        } else if self.resets() {
            Some(End::Reset)
        } else {
            None
        }
    }

    /// Says whether the script gives the body of the answer.
    pub(super) fn takes_body(&self) -> bool {
        matches!(self, Self::ApplyThenStatus { .. } | Self::Status { .. })
    }

    /// Returns a full bucket, if this is a rate limit.
    pub(super) fn limiter(&self) -> Result<Option<Limiter>, InvalidFault> {
        let Self::RateLimit { per_second, burst, headers } = self else { return Ok(None) };
        Limiter::new(*per_second, *burst, *headers).map(Some)
    }

    /// Refuses parameters that mean nothing.
    pub(super) fn check(&self) -> Result<(), InvalidFault> {
        if let Self::ApplyThenHtmlPage { code }
        | Self::ApplyThenStatus { code }
        | Self::HtmlPage { code }
        | Self::Status { code } = self
        {
            status(*code)?;
        }
        if let Self::Drip { bytes: 0, .. } = self {
            return Err(InvalidFault::new("a drip of 0 bytes would never end"));
        }
        if let Self::ContentType { value } = self {
            header("content-type", value)?;
        }
        Ok(())
    }

    fn resets(&self) -> bool {
        matches!(self, Self::ResetAfterApplying | Self::ResetAfterReading | Self::ResetBefore)
    }
}

/// Reads the status of an answer.
pub(super) fn status(code: u16) -> Result<StatusCode, InvalidFault> {
    let status = StatusCode::from_u16(code).ok().filter(|_| (200..=599).contains(&code));
    status.ok_or_else(|| InvalidFault::new(format!("status {code} is not from 200 to 599")))
}

/// Returns whole milliseconds, rounded up.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
