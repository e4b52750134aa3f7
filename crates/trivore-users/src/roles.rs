//! Roles: built-in roles, and custom roles of the installation.

use trivore_models::{RoleChanges, RoleId, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the built-in roles of a user.
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
    /// let roles = users.builtin_roles(&id).await?;
    ///
    /// assert_eq!(roles, ["GROUP_AUDITOR".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn builtin_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.send_for_list(Call::of(&BUILTIN_ROLES, &[user.as_str()])).await
    }

    /// Adds and removes built-in roles of a user, and returns the resulting ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::RoleChanges;
    ///
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
    /// let changes = RoleChanges {
    ///     add: vec!["GROUP_ADMIN".into()],
    ///     remove: vec!["GROUP_AUDITOR".into()],
    /// };
    /// let roles = users.update_builtin_roles(&id, &changes).await?;
    ///
    /// assert_eq!(roles, ["GROUP_ADMIN".into()]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub async fn update_builtin_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Vec<RoleId>> {
        self.send_for_changed_list(Call::of(&UPDATE_BUILTIN_ROLES, &[user.as_str()]).json(changes))
            .await
    }

    /// Reads the custom roles of a user.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = sandbox.add_custom_role(role)?.into();
    /// # let add = trivore_models::RoleChanges { add: vec![support], remove: Vec::new() };
    /// # let added = users.update_custom_roles(&id, &add).await?;
    /// let roles = users.custom_roles(&id).await?;
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
    pub async fn custom_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.send_for_list(Call::of(&CUSTOM_ROLES, &[user.as_str()])).await
    }

    /// Adds and removes custom roles of a user, and returns the resulting ones.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{RoleChanges, RoleId};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let role = serde_json::json!({"name": "Support", "permissions": ["ACCOUNT_VIEW"]});
    /// # let support = RoleId::from(sandbox.add_custom_role(role)?);
    /// let changes = RoleChanges { add: vec![support.clone()], ..RoleChanges::default() };
    /// let roles = users.update_custom_roles(&id, &changes).await?;
    ///
    /// assert_eq!(roles, [support]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub async fn update_custom_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Vec<RoleId>> {
        self.send_for_changed_list(Call::of(&UPDATE_CUSTOM_ROLES, &[user.as_str()]).json(changes))
            .await
    }
}

static BUILTIN_ROLES: Operation =
    Operation::get("users.builtin_roles", "/api/rest/v1/user/{userId}/roles/builtin");
static UPDATE_BUILTIN_ROLES: Operation = Operation::put(
    "users.update_builtin_roles",
    "/api/rest/v1/user/{userId}/roles/builtin",
    Safety::Idempotent,
);
static CUSTOM_ROLES: Operation =
    Operation::get("users.custom_roles", "/api/rest/v1/user/{userId}/roles/custom");
static UPDATE_CUSTOM_ROLES: Operation = Operation::put(
    "users.update_custom_roles",
    "/api/rest/v1/user/{userId}/roles/custom",
    Safety::Idempotent,
);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&BUILTIN_ROLES, &UPDATE_BUILTIN_ROLES, &CUSTOM_ROLES, &UPDATE_CUSTOM_ROLES];
