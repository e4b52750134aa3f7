//! The SDK in one value.

use std::path::Path;

use trivore_transport::Client;
use trivore_users::Users;

use crate::{ConfigError, TrivoreBuilder};

/// The SDK in one value: an address, credentials and connections.
///
/// It is cheap to clone, and clones share connections. Make one for each service and
/// keep it.
#[derive(Clone, Debug)]
pub struct Trivore {
    users: Users,
}

impl Trivore {
    /// Starts with the service's address, such as `https://id.example.com`.
    pub fn builder(address: &str) -> TrivoreBuilder {
        TrivoreBuilder::new(address)
    }

    /// Reads address and credentials from environment variables.
    ///
    /// See [`TrivoreBuilder::from_env`] for the variables.
    ///
    /// # Errors
    ///
    /// A variable is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        TrivoreBuilder::from_env()?.build()
    }

    /// Reads address and credentials from a properties file of the vendor's SDKs.
    ///
    /// See [`TrivoreBuilder::from_properties`] for the keys.
    ///
    /// # Errors
    ///
    /// The file cannot be read, a key is missing, or a value cannot be used.
    pub fn from_properties(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        TrivoreBuilder::from_properties(path)?.build()
    }

    /// Puts the SDK upon a client of your own.
    pub fn new(client: Client) -> Self {
        Self { users: Users::new(client) }
    }

    /// The user service.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// The client, for calls that the SDK has no method for.
    pub fn client(&self) -> &Client {
        self.users.client()
    }
}
