//! The rate limit, with tokio's paused clock.

mod cooldown;
mod server;
mod steady;
