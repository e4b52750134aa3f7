//! Guides: how to use the SDK for common tasks, with examples that run.

pub mod bulk;
pub mod errors;
pub mod from_python;
pub mod layers;
pub mod limits;
pub mod observability;
pub mod sandbox;
pub mod signing_in;
pub mod synchronous;
