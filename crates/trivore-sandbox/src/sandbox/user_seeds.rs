//! Adds users to a sandbox directly, and sets what no client can set.

use serde_json::Value;

use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;
use super::seeds::{namespace_of, object};
use crate::access::builtin_roles::is_builtin_role;
use crate::access::permissions::is_permission;
use crate::store::user_document::read_aliases;

impl Sandbox {
    /// Adds a user and returns its identifier; no field is required.
    ///
    /// Unlike a client, this can set any `password`, `verified` and `customerGroupInfo`, and can
    /// exceed the limits on tags and the names of custom fields. If `nsCode` is missing, the user
    /// belongs to the first namespace.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let id = sandbox.add_user(json!({
    ///     "username": "jane",
    ///     "password": "secret",
    ///     "emails": [{"address": "jane@example.com", "verified": true}],
    ///     "memberOf": ["Staff"],
    /// }))?;
    ///
    /// let user = sandbox.user_document(&id).ok_or("no user")?;
    /// assert_eq!(user["nsCode"], "sandbox");
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The service would reject the user.
    pub fn add_user(&self, user: Value) -> Result<String, InvalidSeed> {
        let mut user = object(user)?;
        let mut state = self.shared().state();
        let code = namespace_of(&state, &user)?;
        read_aliases(&state, &mut user)?;
        let password = user.remove("password");
        let rules = state.rules.clone();
        state.rules.client_may_verify = true;
        state.rules.client_username_refused = false;
        let added = state.add_user(&code, user);
        state.rules = rules;
        let id = added?;
        if let Some(Value::String(password)) = password {
            state.account_mut(&id)?.passwords.push(password);
        }
        Ok(id)
    }

    /// Returns the stored document of a user; `None` if no user has this identifier.
    pub fn user_document(&self, id: &str) -> Option<Value> {
        let state = self.shared().state();
        state.users.get(id).map(|account| account.document.clone().into())
    }

    /// Sets the legal information that `/user/{userId}/legal` returns.
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the information is not an object.
    pub fn set_legal_info(&self, user: &str, legal: Value) -> Result<(), InvalidSeed> {
        let legal = object(legal)?;
        self.shared().state().account_mut(user)?.legal = Some(legal);
        Ok(())
    }

    /// Sets the grants that `/user/{userId}/externalpermissions` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let id = sandbox.add_user(json!({"username": "jane"}))?;
    /// sandbox.add_external_permission("group-1", "permission-1", json!({"name": "Read"}))?;
    /// sandbox.set_external_permissions(
    ///     &id,
    ///     [json!({"permissionId": "permission-1", "permissionGroupId": "group-1"})],
    /// )?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn set_external_permissions(
        &self,
        user: &str,
        grants: impl IntoIterator<Item = Value>,
    ) -> Result<(), InvalidSeed> {
        let grants = grants.into_iter().collect();
        self.shared().state().account_mut(user)?.external_permissions = grants;
        Ok(())
    }

    /// Sets fields of an entry that `/user/{userId}/groupmembership` returns.
    ///
    /// Without this, `member` is true and both times are `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use trivore_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let group = sandbox.add_group(json!({"name": "drivers"}))?;
    /// let user = sandbox.add_user(json!({"memberOf": [group]}))?;
    /// let times = json!({"eligibleUntil": "2027-01-01T00:00:00.000Z"});
    /// sandbox.set_group_membership(&user, &group, times)?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the fields are not an object.
    pub fn set_group_membership(
        &self,
        user: &str,
        group: &str,
        fields: Value,
    ) -> Result<(), InvalidSeed> {
        let fields = object(fields)?;
        let mut state = self.shared().state();
        state.account_mut(user)?.memberships.insert(group.to_owned(), fields);
        Ok(())
    }

    /// Grants permissions directly to a user, by identifiers such as `ACCOUNT_VIEW`.
    ///
    /// # Errors
    ///
    /// No user or permission has this identifier.
    pub fn grant_permissions(
        &self,
        user: &str,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Result<(), InvalidSeed> {
        let ids = known(ids, is_permission, "permission")?;
        self.shared().state().account_mut(user)?.permissions.extend(ids);
        Ok(())
    }

    /// Grants built-in roles to a user, by identifiers such as `PORTAL_ADMIN`.
    ///
    /// `GET /api/rest/v1/role/builtin` lists the roles.
    ///
    /// # Errors
    ///
    /// No user or role has this identifier.
    pub fn grant_builtin_roles(
        &self,
        user: &str,
        ids: impl IntoIterator<Item: Into<String>>,
    ) -> Result<(), InvalidSeed> {
        let ids = known(ids, is_builtin_role, "role")?;
        self.shared().state().account_mut(user)?.builtin_roles.extend(ids);
        Ok(())
    }
}

fn known(
    ids: impl IntoIterator<Item: Into<String>>,
    exists: fn(&str) -> bool,
    what: &str,
) -> Result<Vec<String>, InvalidSeed> {
    let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
    match ids.iter().find(|id| !exists(id)) {
        Some(id) => Err(InvalidSeed(format!("Unknown {what} {id}."))),
        None => Ok(ids),
    }
}
