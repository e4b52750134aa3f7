//! The client and its builder.

mod builder;
mod client;

pub use builder::{BuildError, ClientBuilder};
pub use client::Client;
