//! The permissions of a user as a set.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{PermissionId, UserId};
use trivore_users::{Result, SetChange};

use crate::blocking::Users;

impl Users {
    /// Grants permissions to a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only if the user lacks one of
    /// those that are given.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.add_custom_permissions(&id, &["GROUP_VIEW".into()])?;
    ///
    /// assert_eq!(change.added, ["GROUP_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist, or a permission is empty; the service did not make
    /// the whole change.
    pub fn add_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.runtime.run(self.inner.add_custom_permissions(user, permissions))
    }

    /// Revokes permissions of a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only if the user has one of
    /// those that are given. Permissions from roles stay in effect.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.remove_custom_permissions(&id, &["ROLE_VIEW".into()])?;
    ///
    /// assert_eq!(change.removed, ["ROLE_VIEW".into()]);
    /// assert!(change.current.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist, or a permission is empty; the service did not make
    /// the whole change.
    pub fn remove_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.runtime.run(self.inner.remove_custom_permissions(user, permissions))
    }

    /// Sets the permissions granted to a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only what is different. An
    /// empty list revokes all.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.set_custom_permissions(&id, &["GROUP_VIEW".into()])?;
    ///
    /// assert_eq!(change.removed, ["ROLE_VIEW".into()]);
    /// assert_eq!(change.current, ["GROUP_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist, or a permission is empty; the service did not make
    /// the whole change.
    pub fn set_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.runtime.run(self.inner.set_custom_permissions(user, permissions))
    }
}
