//! `cargo xtask interop`: two SDKs, one sandbox, the same picture.
//!
//! The vendor's Python SDK, unmodified and from its package, drives a running
//! sandbox and asserts what every call returns. What it saw at the end goes to a
//! file; `interop-check` then asks the same sandbox through our SDK and compares.

mod check;

pub(crate) use check::run;
