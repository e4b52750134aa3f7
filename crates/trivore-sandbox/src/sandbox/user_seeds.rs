//! Adds users to a sandbox directly, and sets what no client can set.

use serde_json::Value;

use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;

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
        Ok(self.shared().add_user(user)?)
    }

    /// Returns the stored document of a user; `None` if no user has this identifier.
    pub fn user_document(&self, id: &str) -> Option<Value> {
        let state = self.shared().read();
        state.users.get(id).map(|account| account.document().into())
    }

    /// Marks an e-mail address or mobile number of a user as verified or not.
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
    /// let id = sandbox.add_user(json!({"emails": [{"address": "jane@example.com"}]}))?;
    /// sandbox.set_verified(&id, "jane@example.com", true)?;
    ///
    /// let user = sandbox.user_document(&id).ok_or("no user")?;
    /// assert_eq!(user["emails"][0]["verified"], true);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or it has no such address or number.
    pub fn set_verified(
        &self,
        user: &str,
        value: &str,
        is_verified: bool,
    ) -> Result<(), InvalidSeed> {
        Ok(self.shared().set_verified(user, value, is_verified)?)
    }

    /// Sets the legal information that `/user/{userId}/legal` returns.
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the information is not an object.
    pub fn set_legal_info(&self, user: &str, legal: Value) -> Result<(), InvalidSeed> {
        Ok(self.shared().set_legal_info(user, legal)?)
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
    /// No user has this identifier, or a grant is no object, lacks `permissionId` or
    /// `permissionGroupId`, or has a field of a wrong type or with a misspelled name.
    pub fn set_external_permissions(
        &self,
        user: &str,
        grants: impl IntoIterator<Item = Value>,
    ) -> Result<(), InvalidSeed> {
        Ok(self.shared().set_external_permissions(user, grants.into_iter().collect())?)
    }

    /// Sets the strong identifications that `/user/{userId}/strongidentification` returns, oldest
    /// first.
    ///
    /// Missing members get the values that a reported identification would have. Without one, the
    /// user is not identified.
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
    /// let identification = json!({"personalId": "131052-308T", "method": "SUOMI_FI"});
    /// sandbox.set_strong_identifications(&id, [identification])?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or an identification is not an object.
    pub fn set_strong_identifications(
        &self,
        user: &str,
        identifications: impl IntoIterator<Item = Value>,
    ) -> Result<(), InvalidSeed> {
        let identifications = identifications.into_iter().collect();
        Ok(self.shared().set_strong_identifications(user, identifications)?)
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
        Ok(self.shared().set_group_membership(user, group, fields)?)
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
        let ids = ids.into_iter().map(Into::into).collect();
        Ok(self.shared().grant_permissions(user, ids)?)
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
        let ids = ids.into_iter().map(Into::into).collect();
        Ok(self.shared().grant_builtin_roles(user, ids)?)
    }
}
