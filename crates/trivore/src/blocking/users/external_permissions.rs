//! Permissions of external systems: those of a user, and their descriptions.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{
    ExternalPermission, ExternalPermissionGrant, ExternalPermissionGroupId, ExternalPermissionId,
    UserId,
};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the external permissions granted to a user (observed).
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
    /// # let gate = serde_json::json!({
    /// #     "permissionId": "enter", "permissionGroupId": "gates", "permissionExternalId": "gate-7",
    /// # });
    /// # sandbox.set_external_permissions(&id, [gate])?;
    /// # let id = id.into();
    /// let grants = users.external_permissions(&id)?;
    ///
    /// assert_eq!(grants.len(), 1);
    /// assert_eq!(grants[0].permission_external_id.as_deref(), Some("gate-7"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn external_permissions(&self, user: &UserId) -> Result<Vec<ExternalPermissionGrant>> {
        self.runtime.run(self.inner.external_permissions(user))
    }

    /// Reads the name and the description of an external permission (observed).
    ///
    /// The grants of [`external_permissions`](Self::external_permissions) name both identifiers.
    ///
    /// ```no_run
    /// # fn example(users: trivore::blocking::Users) -> trivore::transport::Result<()> {
    /// for grant in users.external_permissions(&"5b0cfba4e2bb230ff8b535e6".into())? {
    ///     if let (Some(group), Some(id)) = (&grant.permission_group_id, &grant.permission_id) {
    ///         let permission = users.external_permission(group, id)?;
    ///         println!("{}", permission.name.unwrap_or_default());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No group has this identifier, or the group has no permission with this identifier.
    pub fn external_permission(
        &self,
        group: &ExternalPermissionGroupId,
        permission: &ExternalPermissionId,
    ) -> Result<ExternalPermission> {
        self.runtime.run(self.inner.external_permission(group, permission))
    }
}
