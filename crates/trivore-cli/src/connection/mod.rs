//! Profiles, credentials and the client that is made from them.

mod config_edit;
mod config_file;
mod connection;
mod folders;
mod keyring;
mod profile;
mod profile_keys;
mod request_log;
mod secret_source;
mod secret_variables;
mod source;

pub(crate) use config_edit::ConfigEdit;
pub(crate) use config_file::{ConfigFile, profile_names};
pub(crate) use connection::Connection;
pub(crate) use folders::{config_folder, state_folder};
pub(crate) use keyring::Keyring;
pub(crate) use profile::{Profile, SignIn, keyring_name};
pub(crate) use secret_source::{SecretSource, ask_secret, without_line_end};
pub(crate) use secret_variables::remove_secrets;
pub(crate) use source::Source;
