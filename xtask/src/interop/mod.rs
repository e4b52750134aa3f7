//! `cargo xtask interop`: checks that the vendor's SDK and this one read the same data, and that
//! OpenID Connect clients can sign in at the sandbox.
//!
//! The vendor's Python SDK, unmodified and from its package, calls a running sandbox and asserts
//! what every call returns. At the end it writes what it read to a file. `interop-check` then reads
//! the same data from the same sandbox with this SDK and compares.
//!
//! The OpenID Connect clients run the examples of the sandbox's README, in Python, JavaScript and
//! Rust.

mod check;
mod sign_in;

pub(crate) use check::run;
