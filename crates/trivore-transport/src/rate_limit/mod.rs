//! The rate limit: spaces requests, and pauses them after the server limits the rate.
//!
//! The rate limit layer uses a [`RateLimiter`] for each attempt.
//!
//! 1. Before an attempt, the layer calls `admit`. If there is neither a steady rate nor a recent
//!    refusal (the limiter is idle), it is the request's turn immediately. Otherwise the request
//!    takes a slot behind others in the schedule of each scope (`scope_schedules`), one after the
//!    other from the narrowest to the widest, and waits for it. If the slot is after the call's
//!    deadline, it takes no slot, fails immediately and reports the required wait. When its turn
//!    comes, it takes a permit (`permits`), if concurrent requests are limited. If it still is its
//!    turn then, it departs, and its slots are used.
//! 2. The server's rate limit headers are read (`message`) into a [`RateLimitHint`] where the
//!    response arrives, before layers can change it. After the attempt, the layer passes the hint
//!    to `observe_response`. After a 429, or a 503 with `Retry-After`, or if no requests remain,
//!    that starts a cooldown of the subject, the operation or the client: no request in that scope
//!    is sent until it ends. The latest responses (`evidence`) decide whether the scope is wider
//!    than the refused call. If that is only inferred (`gates`), the cooldown is short, and each
//!    request that departs begins the next one, until one of them is accepted.
//! 3. After a cooldown, requests are sent one by one: at the steady rate, or without one at first
//!    50 milliseconds apart and then at shrinking intervals. If these are refused, too, they continue
//!    a little farther apart, and the intervals shrink slowly.
//!
//! Invariants:
//!
//! - All clones of a limiter share its schedules. With a steady rate, at most `burst + rate × t`
//!   requests are sent in any period `t`, plus those that fit into 20 milliseconds.
//! - A cooldown delays all waiters in its scope by the same time and keeps their order.
//! - A waiter that is dropped returns its permit, and its slots, which the next ones get.
//! - A request holds no permit while it waits for its turn.
//! - A waiter has no slot of the client while its subject or its operation pauses.
//! - The number of schedules is bounded (`gates`).
//!
//! A schedule reads no clock and never waits; it is tested in simulated time (`simulation`).

mod evidence;
mod gates;
mod layer;
mod limiter;
mod permits;
mod schedule;
mod scope_schedules;
mod settings;
#[cfg(test)]
mod simulation;
mod target;
#[cfg(test)]
mod tests;

pub use layer::{RateLimitLayer, RateLimited, RateLimitedFuture};
pub use limiter::RateLimiter;
pub(crate) use permits::Permits;
pub use settings::RateLimit;
