//! The scope of a rate limit: which calls pause after a refusal.

use std::fmt;

/// Which calls pause after the server limits the rate; from the narrowest to the widest.
///
/// See [`RateLimiter`](crate::RateLimiter) for how the scope of a refusal is found.
///
/// ```
/// use trivore_transport::RateLimitScope;
///
/// assert!(RateLimitScope::Subject < RateLimitScope::Operation);
/// assert!(RateLimitScope::Operation < RateLimitScope::Client);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RateLimitScope {
    /// Calls of the same operation with the same subject, such as text messages to one user.
    Subject,
    /// All calls of the same operation.
    Operation,
    /// All calls of all clients that share the limiter.
    Client,
}

impl fmt::Display for RateLimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "subject",
            Self::Operation => "operation",
            Self::Client => "client",
        })
    }
}
