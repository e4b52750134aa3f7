//! `cargo xtask package`: the packages as their users get them.
//!
//! Every crate is packaged and built from its package. Then three crates outside of the workspace
//! (`tests/consumers`) are built from the packages and run, one of them against the packaged
//! sandbox.

mod consumers;
mod oldest;
mod stage;

pub(crate) use consumers::run;
pub(crate) use oldest::check as check_oldest;
