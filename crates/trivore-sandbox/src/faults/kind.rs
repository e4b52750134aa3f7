//! What a fault does to a call.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::checks::{header, status};
use super::invalid_fault::InvalidFault;
use super::rate_limit_headers::RateLimitHeaders;
use super::token_bucket::TokenBucket;
use crate::connection::ConnectionEnd;

/// What a fault does; in JSON, a name or an object of a name and parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub(super) enum FaultKind {
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
    NoResponse,
    NoResponseAfterApplying,
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

impl FaultKind {
    /// Returns whether the call is applied.
    pub(super) fn applies(&self) -> bool {
        match self {
            Self::CloseBefore
            | Self::HtmlPage { .. }
            | Self::NoResponse
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
            | Self::NoResponseAfterApplying
            | Self::OversizedBody { .. }
            | Self::OversizedStream { .. }
            | Self::ResetAfterApplying
            | Self::RevokeTokens
            | Self::StallBody { .. }
            | Self::TruncatedJson => true,
        }
    }

    /// Returns whether the client receives at least the head of a response.
    pub(super) fn responds(&self) -> bool {
        self.end().is_none() && !matches!(self, Self::NoResponse | Self::NoResponseAfterApplying)
    }

    /// Returns how the connection ends, if it ends without a response.
    pub(super) fn end(&self) -> Option<ConnectionEnd> {
        if matches!(self, Self::CloseAfterApplying | Self::CloseBefore) {
            Some(ConnectionEnd::Close)
        } else if self.resets() {
            Some(ConnectionEnd::Reset)
        } else {
            None
        }
    }

    /// Returns whether the script can set the body of the response.
    pub(super) fn takes_body(&self) -> bool {
        matches!(self, Self::ApplyThenStatus { .. } | Self::Status { .. })
    }

    /// Creates the bucket, if this is a rate limit.
    pub(super) fn token_bucket(&self) -> Result<Option<TokenBucket>, InvalidFault> {
        let Self::RateLimit { per_second, burst, headers } = self else { return Ok(None) };
        TokenBucket::new(*per_second, *burst, *headers).map(Some)
    }

    /// Rejects invalid parameters.
    pub(super) fn check(&self) -> Result<(), InvalidFault> {
        if let Self::ApplyThenHtmlPage { code }
        | Self::ApplyThenStatus { code }
        | Self::HtmlPage { code }
        | Self::Status { code } = self
        {
            status(*code)?;
        }
        if let Self::Drip { bytes: 0, .. } = self {
            return Err(InvalidFault::new("`drip` must send at least 1 byte at a time"));
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

/// Returns whole milliseconds, rounded up.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
