//! `cargo xtask blocking`: makes the blocking API from the async one.
//!
//! The one list of operations is the public methods of `trivore-users`. For each of its files with
//! public methods of `Users`, or of a type that only async code can use, there is a file of the same
//! name in `crates/trivore/src/blocking/users`.

mod docs;
mod render;
mod run;
mod source;

pub(crate) use run::{check, run};
