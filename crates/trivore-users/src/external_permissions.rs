//! Permissions of external systems: those of a user, and their descriptions.

use trivore_models::{
    ExternalPermission, ExternalPermissionGrant, ExternalPermissionGroupId, ExternalPermissionId,
    UserId,
};
use trivore_transport::{Call, Operation, ResponseShape, Result};

use crate::Users;

impl Users {
    /// Reads the external permissions granted to a user (observed).
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # let gate = serde_json::json!({
    /// #     "permissionId": "enter", "permissionGroupId": "gates", "permissionExternalId": "gate-7",
    /// # });
    /// # sandbox.set_external_permissions(&id, [gate])?;
    /// # let id = id.into();
    /// let grants = users.external_permissions(&id).await?;
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
    pub async fn external_permissions(
        &self,
        user: &UserId,
    ) -> Result<Vec<ExternalPermissionGrant>> {
        self.send_for_list(Call::of(&EXTERNAL_PERMISSIONS, &[user.as_str()])).await
    }

    /// Reads the name and the description of an external permission (observed).
    ///
    /// The grants of [`external_permissions`](Self::external_permissions) name both identifiers.
    ///
    /// ```no_run
    /// # async fn example(users: trivore_users::Users) -> trivore_transport::Result<()> {
    /// for grant in users.external_permissions(&"5b0cfba4e2bb230ff8b535e6".into()).await? {
    ///     if let (Some(group), Some(id)) = (&grant.permission_group_id, &grant.permission_id) {
    ///         let permission = users.external_permission(group, id).await?;
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
    pub async fn external_permission(
        &self,
        group: &ExternalPermissionGroupId,
        permission: &ExternalPermissionId,
    ) -> Result<ExternalPermission> {
        let values = &[group.as_str(), permission.as_str()];
        self.client.send(Call::of(&EXTERNAL_PERMISSION, values)).await
    }
}

static EXTERNAL_PERMISSIONS: Operation =
    Operation::get("users.external_permissions", "/api/rest/v1/user/{userId}/externalpermissions");

static EXTERNAL_PERMISSION: Operation = Operation::get(
    "users.external_permission",
    "/api/rest/v1/externalpermission/group/{groupId}/permission/{permissionId}",
)
.returns(ResponseShape::Member("id"));

pub(crate) const OPERATIONS: &[&Operation] = &[&EXTERNAL_PERMISSIONS, &EXTERNAL_PERMISSION];
