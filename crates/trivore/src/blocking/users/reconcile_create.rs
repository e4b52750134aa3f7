//! Looks up a user that may have been created.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::User;
use trivore_users::{CreateOutcome, Result};

use crate::blocking::Reconcile;
#[cfg(doc)]
use crate::blocking::Users;

impl Reconcile {
    /// Looks up a user that [`Users::create`](trivore_users::Users::create) was to create.
    ///
    /// It is looked up by its username and namespace, since a username is unique in its namespace
    /// (documented). Give the user the password that the call sent, or none: a password cannot be
    /// compared.
    ///
    /// A user without `namespace_code` is looked up in all namespaces that the client may read. If
    /// only older users have its name, it cannot be told whether one of them is in the client's
    /// primary namespace, and one of them is returned.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trivore::models::User;
    /// use trivore::users::CreateOutcome;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// // The program was stopped a minute ago, when it was about to create the user.
    /// let outcome = users.reconcile(Duration::from_secs(60)).create(&user)?;
    ///
    /// assert_eq!(outcome, CreateOutcome::NotCreated);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The user has no username; the client lacks the permission `ACCOUNT_VIEW` (documented);
    /// several users have the name, and the namespace is not given.
    pub fn create(&self, user: &User) -> Result<CreateOutcome> {
        self.0.runtime.run(self.0.stream.create(user))
    }
}
