//! Moving a user to another namespace.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{NamespaceMigrationOptions, User, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Moves a user to another namespace and returns the new user.
    ///
    /// The service deletes the original user and creates a new one, which keeps what the options
    /// select (documented). The new user may have another identifier.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::NamespaceMigrationOptions;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # sandbox.add_namespace(serde_json::json!({"code": "customers"}))?;
    /// # let maija = serde_json::json!({"username": "maija", "nickName": "Mai"});
    /// # let id = sandbox.add_user(maija)?.into();
    /// let mut options = NamespaceMigrationOptions::new("customers");
    /// options.username = Some("maija.virtanen".to_owned());
    /// let moved = users.migrate_namespace(&id, &options)?;
    ///
    /// assert_eq!(moved.username.as_deref(), Some("maija.virtanen"));
    /// assert_eq!(moved.id.as_ref(), Some(&id)); // kept by default, as is the profile
    /// assert_eq!(moved.nick_name.as_deref(), Some("Mai"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user or the namespace does not exist, or the username is taken in that namespace.
    pub fn migrate_namespace(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<User> {
        self.runtime.run(self.inner.migrate_namespace(user, options))
    }
}
