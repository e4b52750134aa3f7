//! The base URL of the service, and rules about hosts.

mod base_url;
pub(crate) mod host;

pub use base_url::{BaseUrl, InvalidAddress};
