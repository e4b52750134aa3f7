//! Permissions: those granted to a user directly, and all that are in effect.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{PermissionChanges, PermissionId, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the permissions that were granted to a user directly.
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
    /// # sandbox.grant_permissions(&id, ["ACCOUNT_VIEW"])?;
    /// # let id = id.into();
    /// let granted = users.custom_permissions(&id)?;
    ///
    /// assert_eq!(granted, ["ACCOUNT_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn custom_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.runtime.run(self.inner.custom_permissions(user))
    }

    /// Grants and revokes permissions of a user, and returns the resulting ones.
    ///
    /// Granting permissions directly is deprecated in favor of roles (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::PermissionChanges;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let changes = PermissionChanges {
    ///     add: vec!["GROUP_VIEW".into()],
    ///     remove: vec!["ROLE_VIEW".into()],
    /// };
    /// let granted = users.update_custom_permissions(&id, &changes)?;
    ///
    /// assert_eq!(granted, ["GROUP_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist.
    pub fn update_custom_permissions(
        &self,
        user: &UserId,
        changes: &PermissionChanges,
    ) -> Result<Vec<PermissionId>> {
        self.runtime.run(self.inner.update_custom_permissions(user, changes))
    }

    /// Reads all permissions of a user, from all sources.
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
    /// let effective = users.effective_permissions(&id)?;
    ///
    /// // Not granted directly: it comes with a role.
    /// assert!(effective.contains(&"GROUP_VIEW".into()));
    /// assert!(users.custom_permissions(&id)?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn effective_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.runtime.run(self.inner.effective_permissions(user))
    }
}
