//! The rate limit, with tokio's paused clock.

mod concurrency;
mod cooldown;
mod scopes;
mod server;
mod steady;
