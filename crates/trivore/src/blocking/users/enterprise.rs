//! Enterprise data of accounts that represent a legal entity.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Enterprise, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the enterprise data of a user.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"userAccountType": "LEGAL_ENTITY"}))?.into();
    /// # let mut enterprise = trivore::models::Enterprise::new();
    /// # enterprise.business_id = Some("2345678-9".to_owned());
    /// # users.update_enterprise(&id, &enterprise)?;
    /// let enterprise = users.enterprise(&id)?;
    ///
    /// assert_eq!(enterprise.business_id.as_deref(), Some("2345678-9"));
    /// assert_eq!(enterprise.vat_id, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn enterprise(&self, user: &UserId) -> Result<Enterprise> {
        self.runtime.run(self.inner.enterprise(user))
    }

    /// Writes the fields of a user's enterprise data that are set.
    ///
    /// The read-only field `meta` is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::Enterprise;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"userAccountType": "LEGAL_ENTITY"}))?.into();
    /// let mut enterprise = Enterprise::new();
    /// enterprise.trade_name = Some("Esimerkki Oy".to_owned());
    /// enterprise.business_id = Some("2345678-9".to_owned());
    /// let written = users.update_enterprise(&id, &enterprise)?;
    ///
    /// assert_eq!(written.trade_name.as_deref(), Some("Esimerkki Oy"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier; only `meta` is set;
    /// [`check_depth`](trivore_models::check_depth) or
    /// [`check_members`](trivore_models::check_members) rejects the data.
    pub fn update_enterprise(&self, user: &UserId, enterprise: &Enterprise) -> Result<Enterprise> {
        self.runtime.run(self.inner.update_enterprise(user, enterprise))
    }
}
