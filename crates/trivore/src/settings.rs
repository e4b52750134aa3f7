//! Settings of a configuration, complete or not.

use trivore_transport::{Credentials, OidcClient, OidcGrant};

use crate::ConfigError;

/// Settings of a configuration, and the names of their keys for errors.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) address: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) access_token: Option<String>,
    pub(crate) oidc_id: Option<String>,
    pub(crate) oidc_secret: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) names: Names,
}

/// The names of the keys or variables, for errors.
pub(crate) struct Names {
    pub(crate) place: String,
    pub(crate) address: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) client_secret: &'static str,
    pub(crate) oidc_id: &'static str,
    pub(crate) oidc_secret: &'static str,
    pub(crate) username: &'static str,
    pub(crate) password: &'static str,
}

impl Settings {
    /// The address, which is required.
    pub(crate) fn address(&self) -> Result<String, ConfigError> {
        self.address.clone().ok_or_else(|| self.missing(self.names.address))
    }

    /// The credentials, which are required.
    ///
    /// A client of the Management API takes precedence, as in the vendor's SDKs, then a user, then
    /// the OpenID Connect client itself.
    pub(crate) fn credentials(&self) -> Result<Credentials, ConfigError> {
        if let Some(token) = &self.access_token {
            let is_alone = !self.has_client() && !self.has_oidc() && !self.has_user();
            return is_alone
                .then(|| Credentials::bearer(token))
                .ok_or(ConfigError::AmbiguousCredentials);
        }
        if self.has_user() && !self.has_client() {
            return self.user();
        }
        if self.has_oidc() && !self.has_client() {
            let id = self.required(self.oidc_id.as_deref(), self.names.oidc_id)?;
            let secret = self.required(self.oidc_secret.as_deref(), self.names.oidc_secret)?;
            let client = OidcClient::new(id, secret);
            return Ok(Credentials::token(OidcGrant::client_credentials(client)));
        }
        let id = self.required(self.client_id.as_deref(), self.names.client_id)?;
        let secret = self.required(self.client_secret.as_deref(), self.names.client_secret)?;
        Ok(Credentials::basic(id, secret))
    }

    /// The user's credentials, even if there are others.
    pub(crate) fn user(&self) -> Result<Credentials, ConfigError> {
        let username = self.required(self.username.as_deref(), self.names.username)?;
        let password = self.required(self.password.as_deref(), self.names.password)?;
        let id = self.required(self.oidc_id.as_deref(), self.names.oidc_id)?;
        let client = match &self.oidc_secret {
            Some(secret) => OidcClient::new(id, secret),
            None => OidcClient::public(id),
        };
        Ok(Credentials::token(OidcGrant::password(client, username, password)))
    }

    /// Whether any part of any kind of credentials is set.
    pub(crate) fn has_credentials(&self) -> bool {
        self.access_token.is_some() || self.has_client() || self.has_oidc() || self.has_user()
    }

    fn has_client(&self) -> bool {
        self.client_id.is_some() || self.client_secret.is_some()
    }

    fn has_oidc(&self) -> bool {
        self.oidc_id.is_some() || self.oidc_secret.is_some()
    }

    fn has_user(&self) -> bool {
        self.username.is_some() || self.password.is_some()
    }

    fn required<'a>(
        &self,
        value: Option<&'a str>,
        key: &'static str,
    ) -> Result<&'a str, ConfigError> {
        value.ok_or_else(|| self.missing(key))
    }

    fn missing(&self, key: &'static str) -> ConfigError {
        ConfigError::MissingKey { key, place: self.names.place.clone() }
    }
}

impl Names {
    /// The keys of a properties file.
    pub(crate) fn properties(place: String) -> Self {
        Self {
            place,
            address: "service.address",
            client_id: "mgmtapi.id",
            client_secret: "mgmtapi.secret",
            oidc_id: "oidc.client.id",
            oidc_secret: "oidc.client.secret",
            username: "password.grant.username",
            password: "password.grant.password",
        }
    }

    /// The variables of the environment.
    pub(crate) fn environment() -> Self {
        Self {
            place: "the environment".to_owned(),
            address: "TRIVORE_SERVICE_ADDRESS",
            client_id: "TRIVORE_MGMTAPI_ID",
            client_secret: "TRIVORE_MGMTAPI_SECRET",
            oidc_id: "TRIVORE_OIDC_CLIENT_ID",
            oidc_secret: "TRIVORE_OIDC_CLIENT_SECRET",
            username: "TRIVORE_USERNAME",
            password: "TRIVORE_PASSWORD",
        }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self::properties("a builder made from code; use `OidcGrant::password`".to_owned())
    }
}
