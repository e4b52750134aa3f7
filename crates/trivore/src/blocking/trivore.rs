//! The entry point of the blocking API.

use std::path::Path;
use std::time::Duration;

use trivore_transport::{CheckReport, Client as AsyncClient, Error};

use crate::blocking::{Client, Users};
use crate::{ConfigError, TrivoreBuilder};

/// The entry point of the SDK for code without async.
///
/// It is cheap to clone; clones share connections, limits and a thread. Create one for each
/// service and keep it.
#[derive(Clone, Debug)]
pub struct Trivore {
    users: Users,
}

impl Trivore {
    /// Starts a builder for the service at this address; end it with
    /// [`build_blocking`](TrivoreBuilder::build_blocking).
    pub fn builder(address: &str) -> TrivoreBuilder {
        crate::Trivore::builder(address)
    }

    /// Reads the address and the credentials from environment variables.
    ///
    /// See [`TrivoreBuilder::from_env`] for the variables.
    ///
    /// # Errors
    ///
    /// A variable is missing or invalid, or no thread could be started.
    pub fn from_env() -> Result<Self, ConfigError> {
        TrivoreBuilder::from_env()?.build_blocking()
    }

    /// Reads the address and the credentials from the properties file of the vendor's SDKs.
    ///
    /// See [`TrivoreBuilder::from_properties`] for the keys.
    ///
    /// # Errors
    ///
    /// The file cannot be read, a key is missing or invalid, or no thread could be started.
    pub fn from_properties(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        TrivoreBuilder::from_properties(path)?.build_blocking()
    }

    /// Uses a client that you built yourself, and starts a thread for it.
    ///
    /// # Errors
    ///
    /// No thread could be started.
    pub fn new(client: AsyncClient) -> Result<Self, ConfigError> {
        Users::new(client).map(|users| Self { users })
    }

    /// Returns the user service.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// Returns the client, for calls that have no method of their own.
    pub fn client(&self) -> Client {
        self.users.client()
    }

    /// Checks step by step whether the service can be used, and reports what to do if it cannot.
    ///
    /// See [`Users::check`].
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn check(&self) -> Result<CheckReport, Error> {
        self.users.check()
    }

    /// Refuses new calls, waits for those in flight, and closes the connections; returns how many
    /// calls were still in flight after `limit`.
    ///
    /// See [`close`](AsyncClient::close) of the async client.
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn close(&self, limit: Duration) -> Result<usize, Error> {
        self.client().close(limit)
    }

    /// Counts the connections of the client and its clones, for health pages and tests.
    ///
    /// See [`connections`](AsyncClient::connections) of the async client.
    #[cfg(any(feature = "http-client", feature = "native-tls", feature = "rustls"))]
    #[cfg_attr(docsrs, doc(cfg(feature = "http-client")))]
    pub fn connections(&self) -> trivore_transport::Connections {
        self.users.inner.client().connections()
    }
}
