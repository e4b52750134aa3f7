//! `cargo xtask bench`: what the SDK costs, beside what one would use instead.
//!
//! The package `tests/bench` stands outside of the workspace, so that what the SDK is compared
//! with stays out of its tree. It is built here; each of its sections runs as a program, prints
//! tables and writes ratios down, which are compared with the goals.

mod goals;
mod machine;
mod ratio;
mod run;

pub(crate) use run::run;
