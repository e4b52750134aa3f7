//! Permissions: those granted to a user directly, and all that are in effect.

use trivore_models::{PermissionChanges, PermissionId, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the permissions that were granted to a user directly.
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
    /// # sandbox.grant_permissions(&id, ["ACCOUNT_VIEW"])?;
    /// # let id = id.into();
    /// let granted = users.custom_permissions(&id).await?;
    ///
    /// assert_eq!(granted, ["ACCOUNT_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn custom_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.send_for_list(Call::of(&CUSTOM_PERMISSIONS, &[user.as_str()])).await
    }

    /// Grants and revokes permissions of a user, and returns the resulting ones.
    ///
    /// Granting permissions directly is deprecated in favor of roles (documented).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::PermissionChanges;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?;
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let changes = PermissionChanges {
    ///     add: vec!["GROUP_VIEW".into()],
    ///     remove: vec!["ROLE_VIEW".into()],
    /// };
    /// let granted = users.update_custom_permissions(&id, &changes).await?;
    ///
    /// assert_eq!(granted, ["GROUP_VIEW".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist.
    pub async fn update_custom_permissions(
        &self,
        user: &UserId,
        changes: &PermissionChanges,
    ) -> Result<Vec<PermissionId>> {
        let call = Call::of(&UPDATE_CUSTOM_PERMISSIONS, &[user.as_str()]).json(changes);
        self.send_for_changed_list(call).await
    }

    /// Reads all permissions of a user, from all sources.
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
    /// # sandbox.grant_builtin_roles(&id, ["GROUP_AUDITOR"])?;
    /// # let id = id.into();
    /// let effective = users.effective_permissions(&id).await?;
    ///
    /// // Not granted directly: it comes with a role.
    /// assert!(effective.contains(&"GROUP_VIEW".into()));
    /// assert!(users.custom_permissions(&id).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn effective_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.send_for_list(Call::of(&EFFECTIVE_PERMISSIONS, &[user.as_str()])).await
    }
}

static CUSTOM_PERMISSIONS: Operation =
    Operation::get("users.custom_permissions", "/api/rest/v1/user/{userId}/permissions/custom");
static UPDATE_CUSTOM_PERMISSIONS: Operation = Operation::put(
    "users.update_custom_permissions",
    "/api/rest/v1/user/{userId}/permissions/custom",
    Safety::Idempotent,
);
static EFFECTIVE_PERMISSIONS: Operation = Operation::get(
    "users.effective_permissions",
    "/api/rest/v1/user/{userId}/permissions/effective",
);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&CUSTOM_PERMISSIONS, &UPDATE_CUSTOM_PERMISSIONS, &EFFECTIVE_PERMISSIONS];
