//! `cargo xtask bench`: compares the SDK's cost with that of its alternatives.
//!
//! The package `tests/bench` is outside of the workspace, so that the libraries that the SDK is
//! compared with stay out of the workspace's dependency tree. `bench` builds it and runs each of
//! its sections as a program. A section prints tables and writes ratios to a file; `bench` checks
//! these against the goals.

mod check;
mod goals;
mod machine;
mod ratio;
mod run;

pub(crate) use run::run;
