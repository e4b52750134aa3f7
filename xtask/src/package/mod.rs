//! `cargo xtask package`: the packages as their users get them.
//!
//! Every crate is packaged and built from its package. Then the crates of `tests/consumers`, which
//! are outside of the workspace, are built from the packages and run beside the packaged sandbox.

mod consumers;
mod oldest;
mod stage;

pub(crate) use consumers::{folders as consumers, run};
pub(crate) use oldest::check as check_oldest;
