//! The sandbox as a Rust test uses it.

mod builder;
mod content_settings;
mod contents;
mod data_settings;
mod faults;
mod handle;
mod invalid_seed;
mod properties;
mod records;
mod removals;
mod seeds;
mod service;
mod settings;
mod snapshots;
mod start;
mod user_seeds;

pub use builder::Builder;
pub use handle::Sandbox;
pub use invalid_seed::InvalidSeed;
pub use service::{ResponseBody, SandboxService};
pub use snapshots::RestoreError;
pub use start::StartError;
