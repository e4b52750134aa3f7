//! The entry point of the SDK.

use std::path::Path;
use std::time::Duration;

use trivore_transport::{CheckReport, Client};
use trivore_users::Users;

use crate::{ConfigError, TrivoreBuilder};

/// The entry point of the SDK: it holds an address, credentials and connections.
///
/// It is cheap to clone, and clones share connections and limits. Create one for each service and
/// keep it.
#[derive(Clone, Debug)]
pub struct Trivore {
    users: Users,
}

impl Trivore {
    /// Starts a builder for the service at this address, such as `https://id.example.com`.
    pub fn builder(address: &str) -> TrivoreBuilder {
        TrivoreBuilder::new(address)
    }

    /// Reads the address and the credentials from environment variables.
    ///
    /// See [`TrivoreBuilder::from_env`] for the variables. Start with it to add timeouts, layers
    /// and other settings.
    ///
    /// # Errors
    ///
    /// A variable is missing or invalid.
    pub fn from_env() -> Result<Self, ConfigError> {
        TrivoreBuilder::from_env()?.build()
    }

    /// Reads the address and the credentials from the properties file of the vendor's SDKs.
    ///
    /// See [`TrivoreBuilder::from_properties`] for the keys.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a key is missing or invalid.
    pub fn from_properties(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        TrivoreBuilder::from_properties(path)?.build()
    }

    /// Uses a client that you built yourself.
    pub fn new(client: Client) -> Self {
        Self { users: Users::new(client) }
    }

    /// Returns the user service.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// Returns the client, for calls that have no method of their own.
    pub fn client(&self) -> &Client {
        self.users.client()
    }

    /// Checks step by step whether the service can be used, and reports what to do if it cannot.
    ///
    /// See [`Users::check`].
    pub async fn check(&self) -> CheckReport {
        self.users.check().await
    }

    /// Refuses new calls, waits for those in flight, and closes the connections; returns how many
    /// calls were still in flight after `limit`.
    ///
    /// See [`Client::close`].
    pub async fn close(&self, limit: Duration) -> usize {
        self.client().close(limit).await
    }

    /// Counts the connections of the client and its clones, for health pages and tests.
    ///
    /// See [`Client::connections`].
    #[cfg(any(feature = "http-client", feature = "native-tls", feature = "rustls"))]
    #[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
    pub fn connections(&self) -> trivore_transport::Connections {
        self.client().connections()
    }
}
