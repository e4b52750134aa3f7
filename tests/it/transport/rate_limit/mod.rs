//! The rate limit, with tokio's paused clock.

mod concurrency;
mod cooldown;
mod found;
mod made_up;
mod probes;
mod scopes;
mod server;
mod steady;
