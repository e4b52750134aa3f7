//! The roles of a user as sets.

use trivore_models::{RoleChanges, RoleId, UserId};
use trivore_transport::Result;

use crate::set_change::SetEdit;
use crate::{SetChange, Users};

impl Users {
    /// Adds built-in roles to a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user lacks one of those that are given.
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
    /// let change = users.add_builtin_roles(&id, &["GROUP_AUDITOR".into()]).await?;
    ///
    /// assert!(!change.has_changed()); // the user had the role already
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn add_builtin_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_builtin_roles(SetEdit::Add, user, roles).await
    }

    /// Removes built-in roles from a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user has one of those that are given.
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
    /// let change = users.remove_builtin_roles(&id, &["GROUP_AUDITOR".into()]).await?;
    ///
    /// assert_eq!(change.removed, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn remove_builtin_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_builtin_roles(SetEdit::Remove, user, roles).await
    }

    /// Sets the built-in roles of a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only what is different. An empty list removes all.
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
    /// let change = users.set_builtin_roles(&id, &["ROLE_AUDITOR".into()]).await?;
    ///
    /// assert_eq!(change.added, ["ROLE_AUDITOR".into()]);
    /// assert_eq!(change.removed, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn set_builtin_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_builtin_roles(SetEdit::Replace, user, roles).await
    }

    async fn edit_builtin_roles(
        &self,
        edit: SetEdit,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        let write = |add, remove| async move {
            self.update_builtin_roles(user, &RoleChanges { add, remove }).await
        };
        edit.apply(roles, self.builtin_roles(user), write).await
    }

    /// Adds custom roles to a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user lacks one of those that are given.
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
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore_models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.add_custom_roles(&id, std::slice::from_ref(&support)).await?;
    ///
    /// assert_eq!(change.added, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn add_custom_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_custom_roles(SetEdit::Add, user, roles).await
    }

    /// Removes custom roles from a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only if the user has one of those that are given.
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
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore_models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.remove_custom_roles(&id, std::slice::from_ref(&support)).await?;
    ///
    /// assert_eq!(change.already, [support]); // the user did not have the role
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn remove_custom_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_custom_roles(SetEdit::Remove, user, roles).await
    }

    /// Sets the custom roles of a user, and returns what that changed.
    ///
    /// It reads the roles, and writes only what is different. An empty list removes all.
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
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = trivore_models::RoleId::from(sandbox.add_custom_role(role)?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let change = users.set_custom_roles(&id, std::slice::from_ref(&support)).await?;
    ///
    /// assert_eq!(change.current, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist, or a role is empty; the service did not make the whole
    /// change.
    pub async fn set_custom_roles(
        &self,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        self.edit_custom_roles(SetEdit::Replace, user, roles).await
    }

    async fn edit_custom_roles(
        &self,
        edit: SetEdit,
        user: &UserId,
        roles: &[RoleId],
    ) -> Result<SetChange<RoleId>> {
        let write = |add, remove| async move {
            self.update_custom_roles(user, &RoleChanges { add, remove }).await
        };
        edit.apply(roles, self.custom_roles(user), write).await
    }
}
