//! The rate limit: who may send when, and what servers say about it.

mod headers;
mod limiter;
mod schedule;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use headers::{RateLimitHeaders, RateLimitHint, UsualRateLimitHeaders};
pub use limiter::RateLimiter;
