//! A client made from a profile, a properties file or the environment.

use trivore::models::NamespaceCode;
use trivore::transport::ClientBuilder;
use trivore::{Trivore, TrivoreBuilder, Users};

use crate::failure::Failure;
use crate::global_options::GlobalOptions;

pub(crate) struct Connection {
    trivore: Trivore,
    /// The address of the service.
    address: String,
    /// Namespace of user names that are given without one.
    namespace: Option<NamespaceCode>,
}

impl Connection {
    /// Makes a client; nothing is sent.
    pub(crate) fn open(options: &GlobalOptions) -> Result<Self, Failure> {
        Self::open_with(options, |client| client)
    }

    /// Makes a client with other settings, such as a rate; nothing is sent.
    pub(crate) fn open_with(
        options: &GlobalOptions,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, Failure> {
        let builder = match &options.properties {
            Some(path) => TrivoreBuilder::from_properties(path)?,
            None => TrivoreBuilder::from_env()?,
        };
        let address = builder.address().unwrap_or_default();
        let trivore = builder.configure(configure).build()?;
        Ok(Self { trivore, address, namespace: None })
    }

    /// The address of the service, by which installations are told apart.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn users(&self) -> &Users {
        self.trivore.users()
    }

    pub(crate) fn namespace(&self) -> Option<&NamespaceCode> {
        self.namespace.as_ref()
    }
}
