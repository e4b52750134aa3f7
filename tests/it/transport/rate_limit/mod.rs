//! The rate limit, on tokio's paused clock.

mod cooldown;
mod server;
mod steady;
