//! Creates many users.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::User;
#[cfg(doc)]
use trivore_users::{Bulk, Error};
use trivore_users::{BulkOptions, CreatedUser, Result};

use crate::blocking::Users;

impl Users {
    /// Creates users concurrently and returns one result for each, in order.
    ///
    /// A call that fails does not stop the others. If its error is
    /// [`may_have_been_applied`](trivore_transport::Error::may_have_been_applied), look for the
    /// user before you create it again. If you drop the future, no more users are begun soon after,
    /// and those that were created so far remain.
    ///
    /// It is a [`Bulk`] run, and needs a tokio runtime. For more users than fit into memory, to
    /// watch the progress, and to continue after a failure, use [`Bulk`] itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::User;
    /// use trivore::users::BulkOptions;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # sandbox.add_user(serde_json::json!({"username": "liisa"}))?;
    /// let new = ["maija", "liisa", "matti"].map(|name| {
    ///     let mut user = User::new();
    ///     user.username = Some(name.to_owned());
    ///     user
    /// });
    /// let results = users.create_many(&new, BulkOptions::new().concurrency(4))?;
    ///
    /// assert!(results[0].is_ok() && results[2].is_ok());
    /// assert!(results[1].as_ref().is_err_and(|error| error.is_conflict())); // name is taken
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// It was called in async code.
    pub fn create_many(
        &self,
        users: &[User],
        options: BulkOptions,
    ) -> Result<Vec<Result<CreatedUser>>> {
        self.runtime.block_on(self.inner.create_many(users, options))
    }
}
