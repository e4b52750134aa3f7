//! `cargo xtask budget`: what the SDK costs, compared with what was recorded.
//!
//! The record is `tests/budget.json`. Nothing in it is a time that a clock would tell: the
//! program `cost` counts its allocations, callgrind its instructions, cargo the crates; only a
//! cold build is told in CPU seconds, with much room. A figure outside of its band fails, also
//! when it is better: `--record` then writes it down, and the commit shows it.

mod build;
mod check;
mod figure;
mod program;
mod record;
mod toolchain;
mod tree;

pub(crate) use check::run;
