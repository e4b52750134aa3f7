//! What a configuration says, before it is known to be complete.

use trivore_transport::Credentials;

use crate::ConfigError;

/// What a configuration says, and where each missing part is to be added.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) address: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) access_token: Option<String>,
    pub(crate) names: Names,
}

/// What the parts are called where they come from, for errors.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) place: String,
    pub(crate) address: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) client_secret: &'static str,
}

impl Settings {
    /// Address and credentials, or what is missing.
    pub(crate) fn complete(self) -> Result<(String, Credentials), ConfigError> {
        let missing = |key| ConfigError::MissingKey { key, place: self.names.place.clone() };
        let address = self.address.ok_or_else(|| missing(self.names.address))?;
        let credentials = match (self.access_token, self.client_id, self.client_secret) {
            (Some(token), None, None) => Credentials::bearer(&token),
            (Some(_), _, _) => return Err(ConfigError::AmbiguousCredentials),
            (None, Some(id), Some(secret)) => Credentials::basic(&id, &secret),
            (None, None, _) => return Err(missing(self.names.client_id)),
            (None, Some(_), None) => return Err(missing(self.names.client_secret)),
        };
        Ok((address, credentials))
    }
}
