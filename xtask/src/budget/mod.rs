//! `cargo xtask budget`: compares the SDK's cost with the recorded figures.
//!
//! The record is `tests/budget.json`. It contains no wall-clock times: the program `cost` counts
//! allocations, callgrind counts instructions, and cargo lists the crates. Only cold builds are
//! measured in CPU seconds, with a wide band. A figure outside of its band fails the check, even if
//! it is better: `--record` updates it, so that the commit shows the change.

mod build;
mod check;
mod figure;
mod program;
mod record;
mod toolchain;
mod tree;

pub(crate) use check::run;
