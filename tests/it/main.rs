//! Behaviour of the SDK through its facade.
#![expect(clippy::unwrap_used, reason = "support of tests: a panic here is a failed test")]

mod cancellation;
mod config;
mod defects;
mod facts;
mod from_python;
mod leaks;
mod matrix;
mod properties;
mod public_api;
mod readme;
mod robustness;
mod transport;
mod users;
mod wire;
