//! `cargo xtask interop`: checks that the vendor's SDK and this one read the same data.
//!
//! The vendor's Python SDK, unmodified and from its package, calls a running sandbox and asserts
//! what every call returns. At the end it writes what it read to a file. `interop-check` then reads
//! the same data from the same sandbox with this SDK and compares.

mod check;

pub(crate) use check::run;
