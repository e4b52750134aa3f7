//! The client and its builder.

mod builder;
mod client;

pub use builder::ClientBuilder;
pub use client::Client;
