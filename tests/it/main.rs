//! Behavior of the SDK through its facade.
#![expect(clippy::unwrap_used, reason = "test support: a panic fails the test")]

mod blocking;
mod bulk;
mod cancellation;
mod config;
mod defects;
mod dry_run;
mod facts;
mod from_python;
mod leaks;
mod matrix;
mod operations;
mod properties;
mod public_api;
mod readme;
mod robustness;
mod sandbox;
mod transport;
mod users;
mod wire;
