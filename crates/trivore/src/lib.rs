#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub mod blocking;
mod builder;
mod config_error;
mod environment;
pub mod guide;
mod properties;
mod settings;
mod trivore;

pub use trivore_models as models;
pub use trivore_transport as transport;
pub use trivore_transport::{Credentials, Error, OidcClient, OidcGrant, Result};
pub use trivore_users as users;
pub use trivore_users::Users;

pub use crate::builder::TrivoreBuilder;
pub use crate::config_error::ConfigError;
pub use crate::trivore::Trivore;
