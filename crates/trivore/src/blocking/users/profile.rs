//! The profile that users read and change themselves.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Profile, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads a user's profile.
    ///
    /// This requires a user's access token; a Management API client cannot read profiles
    /// (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::transport::{Credentials, OidcClient, OidcGrant};
    /// use trivore::blocking::Users;
    ///
    /// # use trivore::transport::Client;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let (name, secret) = ("maija", "Sininen-Kuu-42");
    /// # let maija = serde_json::json!({"username": name, "password": secret, "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// let app = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
    /// let maija = Credentials::token(OidcGrant::password(app, "maija@sandbox", "Sininen-Kuu-42"));
    /// let client = Client::builder(sandbox.url()).credentials(maija);
    /// # let client = client.service(sandbox.service());
    /// let users = Users::new(client.build()?)?;
    ///
    /// let profile = users.profile(&id)?;
    /// assert_eq!(profile.nick_name.as_deref(), Some("Mai"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier.
    pub fn profile(&self, user: &UserId) -> Result<Profile> {
        self.runtime.run(self.inner.profile(user))
    }

    /// Writes the fields of a user's profile that are set, and returns the whole profile.
    ///
    /// Its read-only fields are left out; see [`Profile::without_read_only_fields`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{Consents, Profile};
    ///
    /// # use trivore::transport::{Client, Credentials, OidcClient, OidcGrant};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let (name, secret) = ("maija", "Sininen-Kuu-42");
    /// # let maija = serde_json::json!({"username": name, "password": secret, "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// # let app = OidcClient::new(sandbox.oidc_client_id(), sandbox.oidc_client_secret());
    /// # let maija = Credentials::token(OidcGrant::password(app, "maija@sandbox", secret));
    /// # let client = Client::builder(sandbox.url()).credentials(maija).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let mut consents = Consents::default();
    /// consents.marketing_email = Some(false);
    /// let mut changed = Profile::new();
    /// changed.consents = Some(consents);
    /// let profile = users.update_profile(&id, &changed)?;
    ///
    /// assert_eq!(profile.consents.and_then(|consents| consents.marketing_email), Some(false));
    /// assert_eq!(profile.nick_name.as_deref(), Some("Mai")); // not sent, so unchanged
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The credentials are those of a Management API client; no user has this identifier; only
    /// read-only fields are set; [`check_depth`](trivore_models::check_depth) or
    /// [`check_members`](trivore_models::check_members) rejects the profile.
    pub fn update_profile(&self, user: &UserId, profile: &Profile) -> Result<Profile> {
        self.runtime.run(self.inner.update_profile(user, profile))
    }
}
