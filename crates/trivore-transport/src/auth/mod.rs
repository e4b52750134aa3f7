//! Credentials: which requests get them, and where access tokens come from.

mod authorization;
mod credentials;
mod sign;
pub(crate) mod token;
mod token_layer;

pub use authorization::{Authorization, AuthorizationLayer};
pub use credentials::Credentials;
pub(crate) use sign::SignLayer;
pub(crate) use token_layer::{TokenLayer, is_not_repeated};
