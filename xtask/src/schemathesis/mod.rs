//! `cargo xtask schemathesis`: checks that the sandbox does what its OpenAPI document says.
//!
//! Schemathesis, from its package, makes requests from the document and sends them to a running
//! sandbox: such that the document allows, which must be accepted, and such that it forbids, which
//! must be rejected. Every response must be one that the document describes. This happens under
//! several sets of rules, because the rules change the document.

mod check;
mod exceptions;
mod rule_set;

pub(crate) use check::run;
