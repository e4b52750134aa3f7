//! Looks up a user that may have been moved to another namespace.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{NamespaceMigrationOptions, User, UserId};
use trivore_users::{Reconciled, Result};

use crate::blocking::Reconcile;
#[cfg(doc)]
use crate::blocking::Users;

impl Reconcile {
    /// Looks up a user that
    /// [`Users::migrate_namespace`](trivore_users::Users::migrate_namespace) was to move.
    ///
    /// If the options keep the identifier, the namespace of the user tells. If they do not, but
    /// set a username, a new user with this name in the target namespace does. With neither, it
    /// cannot be told.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore::models::NamespaceMigrationOptions;
    /// use trivore::users::Reconciled;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # sandbox.add_namespace(serde_json::json!({"code": "customers"}))?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let options = NamespaceMigrationOptions::new("customers");
    /// let reconcile = users.reconcile(Duration::from_secs(30));
    ///
    /// let reconciled = reconcile.migrate_namespace(&id, &options)?;
    /// assert_eq!(reconciled, Reconciled::NotApplied);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user could not be read, for another reason than that it does not exist.
    pub fn migrate_namespace(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<Reconciled<User>> {
        self.0.runtime.run(self.0.stream.migrate_namespace(user, options))
    }
}
