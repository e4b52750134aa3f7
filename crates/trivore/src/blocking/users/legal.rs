//! Legal information: a person's names, domicile and status in official registers.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{LegalInfo, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads a user's legal information, which comes from governmental sources only.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # let legal = serde_json::json!({"lastName": "Virtanen", "domicile": {"code": "853"}});
    /// # sandbox.set_legal_info(&id, legal)?;
    /// # let id = id.into();
    /// let legal = users.legal_info(&id)?;
    ///
    /// assert_eq!(legal.last_name.as_deref(), Some("Virtanen"));
    /// assert_eq!(legal.domicile.and_then(|domicile| domicile.code).as_deref(), Some("853"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn legal_info(&self, user: &UserId) -> Result<LegalInfo> {
        self.runtime.run(self.inner.legal_info(user))
    }
}
