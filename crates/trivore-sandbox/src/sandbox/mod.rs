//! The sandbox as a Rust test uses it.

pub(crate) mod builder;
pub(crate) mod handle;
mod properties;
pub(crate) mod seeds;
mod service;

pub use builder::{Builder, StartError};
pub use handle::Sandbox;
pub use seeds::InvalidSeed;
pub use service::{ResponseBody, SandboxService};
