//! The groups that a user belongs to.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{GroupMembership, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the groups that a user belongs to, with their names (observed).
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
    /// # sandbox.add_group(serde_json::json!({"name": "drivers"}))?;
    /// # let id = sandbox.add_user(serde_json::json!({"memberOf": ["drivers"]}))?.into();
    /// let groups = users.group_membership(&id)?;
    ///
    /// assert_eq!(groups.len(), 1);
    /// assert_eq!(groups[0].name.as_deref(), Some("drivers"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn group_membership(&self, user: &UserId) -> Result<Vec<GroupMembership>> {
        self.runtime.run(self.inner.group_membership(user))
    }
}
