//! `cargo xtask api`: the public API of each crate, compared with what was recorded.
//!
//! The record is a list of all public items in `tests/public-api`, so that a commit that changes
//! the API shows it. The types of other crates that the list names must be those that the crate's
//! manifest allows, because a new major version of such a crate is a breaking change of ours.

mod check;
mod foreign;

pub(crate) use check::{check, run};
