//! How a rate limit reports itself.

use serde::{Deserialize, Serialize};

/// Headers with which [`Fault::rate_limit_with`](crate::Fault::rate_limit_with) reports the limit.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateLimitHeaders {
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset`; on a 429 also `Retry-After`.
    All,
    /// No headers.
    None,
    /// `Retry-After` in whole seconds, on a 429.
    #[default]
    RetryAfter,
}
