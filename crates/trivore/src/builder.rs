//! The builder of the SDK.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use trivore_transport::{Client, ClientBuilder, Credentials};

use crate::settings::Settings;
use crate::{ConfigError, Trivore, environment, properties};

/// Builds a [`Trivore`] from code, environment variables or a properties file.
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

    /// Starts with the settings of environment variables.
    ///
    /// | Variable | Contains |
    /// |---|---|
    /// | `TRIVORE_SERVICE_ADDRESS` | the address of the service |
    /// | `TRIVORE_MGMTAPI_ID`, `TRIVORE_MGMTAPI_SECRET` | a Management API client |
    /// | `TRIVORE_OIDC_CLIENT_ID`, `TRIVORE_OIDC_CLIENT_SECRET` | an OpenID Connect client |
    /// | `TRIVORE_USERNAME`, `TRIVORE_PASSWORD` | a user, who signs in through that client |
    /// | `TRIVORE_ACCESS_TOKEN` | an access token, instead of the credentials above |
    /// | `TRIVORE_PROPERTIES` | the path of a properties file with defaults |
    ///
    /// Of a secret, a password, an access token and the path, only a line end at the end is
    /// removed; of the other values, all white space around them is. A variable that is empty or
    /// blank counts as missing. Variables take precedence over the file. Credentials come from the
    /// variables or from the file, never from both. If several kinds are set, a Management API
    /// client comes first, then a user, then an OpenID Connect client.
    ///
    /// # Errors
    ///
    /// A variable is missing or not Unicode, there are an access token and other credentials, or
    /// the file cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_settings(environment::settings(|name| std::env::var_os(name))?)
    }

    /// Starts with the settings of a properties file.
    ///
    /// The vendor's Python and Java SDKs use the same file, by default at
    /// [`TrivoreBuilder::DEFAULT_PROPERTIES`]. Its format is that of `java.util.Properties`, in
    /// UTF-8; white space at the end of a line is part of the value. Its keys (documented) are
    /// `service.address` and:
    ///
    /// | Keys | Signs in |
    /// |---|---|
    /// | `mgmtapi.id`, `mgmtapi.secret` | as a client of the Management API; takes precedence |
    /// | `oidc.client.*`, `password.grant.username`, `password.grant.password` | as a user |
    /// | `oidc.client.id`, `oidc.client.secret` alone | as the OpenID Connect client |
    ///
    /// A user's client may be public and then has no secret. To sign in as the user although the
    /// file has a client of the Management API, call [`TrivoreBuilder::sign_in_as_user`].
    ///
    /// # Errors
    ///
    /// The file cannot be read or is malformed, or a key is missing.
    pub fn from_properties(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::from_settings(properties::settings(path.as_ref())?)
    }

    /// The path at which the vendor's SDKs expect their properties file (documented).
    pub const DEFAULT_PROPERTIES: &str = "/etc/trivoreid/client_sdk.properties";

    fn from_settings(settings: Settings) -> Result<Self, ConfigError> {
        let (address, credentials) = (settings.address()?, settings.credentials()?);
        Ok(Self { settings, ..Self::new(&address) }.credentials(credentials))
    }

    /// Signs in as the user of the environment or properties file, despite other credentials.
    ///
    /// If the environment has credentials of any kind, those of the file are ignored.
    ///
    /// In a builder made from code, pass an [`OidcGrant::password`] to [`Credentials::token`]
    /// instead.
    ///
    /// [`OidcGrant::password`]: trivore_transport::OidcGrant::password
    ///
    /// # Errors
    ///
    /// The username, the password or the OpenID Connect client is missing.
    pub fn sign_in_as_user(self) -> Result<Self, ConfigError> {
        let credentials = self.settings.user()?;
        Ok(self.credentials(credentials))
    }

    /// Authenticates requests with these credentials.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.configure(|client| client.credentials(credentials))
    }

    /// Limits the duration of a call, all waiting included; 90 seconds by default.
    pub fn timeout(self, limit: Duration) -> Self {
        self.configure(|client| client.timeout(limit))
    }

    /// Changes any other setting of the client, such as limits, the connector and layers.
    pub fn configure(mut self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        self.client = change(self.client);
        self
    }

    /// Returns the address of the service; `None` if it is not valid.
    ///
    /// See [`ClientBuilder::address`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::Trivore;
    ///
    /// let builder = Trivore::builder("https://id.example.com/");
    /// assert_eq!(builder.address().as_deref(), Some("https://id.example.com"));
    /// ```
    pub fn address(&self) -> Option<String> {
        self.client.address()
    }

    /// Checks all settings and builds the SDK, without connecting.
    ///
    /// # Errors
    ///
    /// A setting is invalid, or there is no HTTP client; see [`ClientBuilder::build`].
    pub fn build(self) -> Result<Trivore, ConfigError> {
        Ok(Trivore::new(self.client.build()?))
    }

    /// Checks all settings and builds the SDK for code without async, without connecting.
    ///
    /// # Errors
    ///
    /// Those of [`build`](Self::build); no thread could be started.
    #[cfg(feature = "blocking")]
    #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
    pub fn build_blocking(self) -> Result<crate::blocking::Trivore, ConfigError> {
        crate::blocking::Trivore::new(self.client.build()?)
    }
}

impl fmt::Debug for TrivoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrivoreBuilder").field("client", &self.client).finish_non_exhaustive()
    }
}
