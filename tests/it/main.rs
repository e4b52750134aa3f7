//! Behaviour of the SDK through its facade.

mod config;
mod defects;
mod properties;
mod public_api;
mod transport;
mod users;
mod wire;
