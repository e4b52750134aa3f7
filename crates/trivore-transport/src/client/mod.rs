//! The client and its builder.

mod builder;
mod calls_in_flight;
mod check;
mod client;
mod close;

pub use builder::ClientBuilder;
pub use client::Client;
