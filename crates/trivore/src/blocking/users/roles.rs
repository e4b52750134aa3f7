//! Roles: built-in roles, and custom roles of the installation.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{RoleChanges, RoleId, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the built-in roles of a user.
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
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let roles = users.builtin_roles(&id)?;
    ///
    /// assert_eq!(roles, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn builtin_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.runtime.run(self.inner.builtin_roles(user))
    }

    /// Adds and removes built-in roles of a user, and returns the resulting ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::RoleChanges;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let changes = RoleChanges {
    ///     add: vec!["GROUP_ADMIN".into()],
    ///     remove: vec!["GROUP_AUDITOR".into()],
    /// };
    /// let roles = users.update_builtin_roles(&id, &changes)?;
    ///
    /// assert_eq!(roles, ["GROUP_ADMIN".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub fn update_builtin_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Vec<RoleId>> {
        self.runtime.run(self.inner.update_builtin_roles(user, changes))
    }

    /// Reads the custom roles of a user.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = sandbox.add_custom_role(role)?.into();
    /// # let add = trivore::models::RoleChanges { add: vec![support], remove: Vec::new() };
    /// # let added = users.update_custom_roles(&id, &add)?;
    /// let roles = users.custom_roles(&id)?;
    ///
    /// assert_eq!(roles.len(), 1);
    /// # assert_eq!(roles, added);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn custom_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.runtime.run(self.inner.custom_roles(user))
    }

    /// Adds and removes custom roles of a user, and returns the resulting ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{RoleChanges, RoleId};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = RoleId::from(sandbox.add_custom_role(role)?);
    /// let changes = RoleChanges { add: vec![support.clone()], ..RoleChanges::default() };
    /// let roles = users.update_custom_roles(&id, &changes)?;
    ///
    /// assert_eq!(roles, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub fn update_custom_roles(&self, user: &UserId, changes: &RoleChanges) -> Result<Vec<RoleId>> {
        self.runtime.run(self.inner.update_custom_roles(user, changes))
    }
}
