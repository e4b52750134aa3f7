//! Retries: the outcome of an attempt, and whether and when the call is retried.
//!
//! The retry layer uses this module after each attempt, in this order:
//!
//! 1. [`AttemptOutcome::of`] classifies the response or error, and what was sent and received: was
//!    the request sent, was it rejected, may it have been applied? If its access token was rejected
//!    ([`TokenFault`]), the layer repeats it once, and the next steps do not apply.
//! 2. `server_wait` reads how long the server asks to wait, from `Retry-After` (`retry_after`) and
//!    from rate limit headers (`rate_limit_headers`).
//! 3. The [`RetryPolicy`] decides from the outcome and the operation's
//!    [`Safety`](crate::Safety) whether to retry, and draws the wait: exponential backoff with full
//!    jitter.
//! 4. The layer checks that the wait ends before the call's deadline, and withdraws a retry from
//!    the budget (`RetryBudget`).
//!
//! If the call fails, its error has an [`AttemptSummary`] for each attempt. Token requests use the
//! same outcomes and the standard policy, but not the budget.
//!
//! Invariants of the standard policy: a request that may have been applied is sent again only if
//! the operation is idempotent. No policy can shorten the wait that the server asks for.

mod budget;
mod classify;
mod layer;
mod policy;
mod repeat;

pub use layer::{Retry, RetryLayer};
pub use policy::{Backoff, RetryContext, RetryPolicy};
