//! From settings to a client.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use trivore_transport::{Client, ClientBuilder, Credentials};

use crate::settings::Settings;
use crate::{ConfigError, Trivore, environment, properties};

/// Makes a [`Trivore`] from code, from the environment or from a properties file.
///
/// ```
/// use std::time::Duration;
/// use trivore::{Credentials, Trivore};
///
/// let trivore = Trivore::builder("https://id.example.com")
///     .credentials(Credentials::basic("9939129297585525", "secret"))
///     .timeout(Duration::from_secs(20))
///     .configure(|client| client.user_agent("billing/1.4"))
///     .build()?;
/// # Ok::<(), trivore::ConfigError>(())
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct TrivoreBuilder {
    client: ClientBuilder,
    settings: Settings,
}

impl TrivoreBuilder {
    pub(crate) fn new(address: &str) -> Self {
        Self { client: Client::builder(address), settings: Settings::default() }
    }

    /// Starts with what environment variables say.
    ///
    /// | Variable | Holds |
    /// |---|---|
    /// | `TRIVORE_SERVICE_ADDRESS` | address of the service |
    /// | `TRIVORE_MGMTAPI_ID`, `TRIVORE_MGMTAPI_SECRET` | a Management API client |
    /// | `TRIVORE_OIDC_CLIENT_ID`, `TRIVORE_OIDC_CLIENT_SECRET` | an OpenID Connect client |
    /// | `TRIVORE_USERNAME`, `TRIVORE_PASSWORD` | a user, who signs in through that client |
    /// | `TRIVORE_ACCESS_TOKEN` | an access token, in place of all of these |
    /// | `TRIVORE_PROPERTIES` | path of a properties file for what the others leave open |
    ///
    /// Of several credentials, those are used that a properties file's would be, see
    /// [`TrivoreBuilder::from_properties`].
    ///
    /// # Errors
    ///
    /// A variable is missing, an access token is there besides other credentials, or the file
    /// cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_settings(environment::settings(|name| std::env::var(name).ok())?)
    }

    /// Starts with what a properties file says.
    ///
    /// It is the file that the vendor's Python and Java SDKs share, by default at
    /// [`TrivoreBuilder::DEFAULT_PROPERTIES`]. It is read by the rules of
    /// `java.util.Properties`, in UTF-8. Its keys (documented) are `service.address` and:
    ///
    /// | Keys | Sign in |
    /// |---|---|
    /// | `mgmtapi.id`, `mgmtapi.secret` | as a client of the Management API; these come first |
    /// | `oidc.client.*`, `password.grant.username`, `password.grant.password` | as a user |
    /// | `oidc.client.id`, `oidc.client.secret` alone | as the OpenID Connect client |
    ///
    /// A user's client may be public and then has no secret.
    /// [`TrivoreBuilder::sign_in_as_user`] chooses the user where there is a client of the
    /// Management API as well.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is malformed, or lacks a key.
    pub fn from_properties(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::from_settings(properties::settings(path.as_ref())?)
    }

    /// Where the vendor's SDKs look for their properties file (documented).
    pub const DEFAULT_PROPERTIES: &str = "/etc/trivoreid/client_sdk.properties";

    fn from_settings(settings: Settings) -> Result<Self, ConfigError> {
        let (address, credentials) = (settings.address()?, settings.credentials()?);
        Ok(Self { settings, ..Self::new(&address) }.credentials(credentials))
    }

    /// Signs in as the user that environment or properties file name, whatever else they hold.
    ///
    /// When the environment holds credentials of any kind, the file's are passed over.
    ///
    /// From code, give [`Credentials::token`] an [`OidcGrant::password`] in place of this.
    ///
    /// [`OidcGrant::password`]: trivore_transport::OidcGrant::password
    ///
    /// # Errors
    ///
    /// User name, password or OpenID Connect client are not there.
    pub fn sign_in_as_user(self) -> Result<Self, ConfigError> {
        let credentials = self.settings.user()?;
        Ok(self.credentials(credentials))
    }

    /// Signs requests with these credentials.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.configure(|client| client.credentials(credentials))
    }

    /// Limits a whole call, all waiting included; 90 seconds by default.
    pub fn timeout(self, limit: Duration) -> Self {
        self.configure(|client| client.timeout(limit))
    }

    /// Changes any other setting of the client: limits, connector, your own tower layers.
    pub fn configure(mut self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        self.client = change(self.client);
        self
    }

    /// Checks all settings and makes the SDK, without any I/O.
    ///
    /// # Errors
    ///
    /// A setting cannot be used; see [`ClientBuilder::build`].
    pub fn build(self) -> Result<Trivore, ConfigError> {
        Ok(Trivore::new(self.client.build()?))
    }
}

impl fmt::Debug for TrivoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrivoreBuilder").field("client", &self.client).finish_non_exhaustive()
    }
}
