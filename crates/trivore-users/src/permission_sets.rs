//! The permissions of a user as a set.

use trivore_models::{PermissionChanges, PermissionId, UserId};
use trivore_transport::Result;

use crate::set_change::SetEdit;
use crate::{SetChange, Users};

impl Users {
    /// Grants permissions to a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only if the user lacks one of
    /// those that are given.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.add_custom_permissions(&id, &["GROUP_VIEW".into()]).await?;
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
    pub async fn add_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.edit_custom_permissions(SetEdit::Add, user, permissions).await
    }

    /// Revokes permissions of a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only if the user has one of
    /// those that are given. Permissions from roles stay in effect.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.remove_custom_permissions(&id, &["ROLE_VIEW".into()]).await?;
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
    pub async fn remove_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.edit_custom_permissions(SetEdit::Remove, user, permissions).await
    }

    /// Sets the permissions granted to a user, and returns what that changed.
    ///
    /// It reads the permissions that were granted directly, and writes only what is different. An
    /// empty list revokes all.
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
    /// # sandbox.grant_permissions(&id, ["ROLE_VIEW"])?;
    /// # let id = id.into();
    /// let change = users.set_custom_permissions(&id, &["GROUP_VIEW".into()]).await?;
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
    pub async fn set_custom_permissions(
        &self,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        self.edit_custom_permissions(SetEdit::Replace, user, permissions).await
    }

    async fn edit_custom_permissions(
        &self,
        edit: SetEdit,
        user: &UserId,
        permissions: &[PermissionId],
    ) -> Result<SetChange<PermissionId>> {
        let write = |add, remove| async move {
            self.update_custom_permissions(user, &PermissionChanges { add, remove }).await
        };
        edit.apply(permissions, self.custom_permissions(user), write).await
    }
}
