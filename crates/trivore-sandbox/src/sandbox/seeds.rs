//! Adds objects to a sandbox directly, without a request.

use serde_json::Value;
use thiserror::Error;

use crate::access::builtin_roles::is_builtin_role;
use crate::access::permissions::is_permission;
use crate::sandbox::handle::Sandbox;
use crate::store::state::State;
use crate::users::read_aliases;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, text};

impl Sandbox {
    /// Adds a namespace and returns its identifier; `code` is required.
    ///
    /// Fields that are missing get default values.
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
    /// sandbox.add_namespace(json!({
    ///     "code": "staff",
    ///     "usernamePolicy": "MANUAL",
    ///     "defaultGroupPolicy": {"minPwLength": 12},
    /// }))?;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The service would reject the namespace.
    pub fn add_namespace(&self, namespace: Value) -> Result<String, InvalidSeed> {
        let namespace = self.shared().lock().add_namespace(object(namespace)?)?;
        Ok(id_of(&namespace))
    }

    /// Adds a group and returns its identifier; `name` is required.
    ///
    /// If `nsCode` is missing, the group belongs to the first namespace.
    ///
    /// # Errors
    ///
    /// The service would reject the group.
    pub fn add_group(&self, group: Value) -> Result<String, InvalidSeed> {
        let group = object(group)?;
        let mut state = self.shared().lock();
        let code = namespace_of(&state, &group)?;
        Ok(id_of(&state.add_group(&code, group)?))
    }

    /// Adds a custom role and returns its identifier; `name` is required.
    ///
    /// If `nsCode` is missing, the role belongs to the first namespace.
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
    /// let role = json!({"name": "Helpdesk", "permissions": ["ACCOUNT_VIEW"]});
    /// let id = sandbox.add_custom_role(role)?;
    /// # let _ = id;
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The service would reject the role.
    pub fn add_custom_role(&self, role: Value) -> Result<String, InvalidSeed> {
        let role = object(role)?;
        let mut state = self.shared().lock();
        let code = namespace_of(&state, &role)?;
        Ok(id_of(&state.add_role(&code, role)?))
    }

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
        let mut state = self.shared().lock();
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
        let state = self.shared().lock();
        state.users.get(id).map(|account| account.document.clone().into())
    }

    /// Sets the legal information that `/user/{userId}/legal` returns.
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the information is not an object.
    pub fn set_legal_info(&self, user: &str, legal: Value) -> Result<(), InvalidSeed> {
        let legal = object(legal)?;
        self.shared().lock().account_mut(user)?.legal = Some(legal);
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
        self.shared().lock().account_mut(user)?.external_permissions = grants;
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
        let mut state = self.shared().lock();
        state.account_mut(user)?.memberships.insert(group.to_owned(), fields);
        Ok(())
    }

    /// Adds an external permission to a group of external permissions, or replaces it.
    ///
    /// The document is returned with both identifiers, as `id` and `permissionGroupId`, unless it
    /// has its own.
    ///
    /// # Errors
    ///
    /// The document is not an object.
    pub fn add_external_permission(
        &self,
        group: &str,
        permission: &str,
        document: Value,
    ) -> Result<(), InvalidSeed> {
        let mut document = object(document)?;
        document.entry("id").or_insert(permission.into());
        document.entry("permissionGroupId").or_insert(group.into());
        let key = (group.to_owned(), permission.to_owned());
        self.shared().lock().external_permissions.insert(key, document);
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
        self.shared().lock().account_mut(user)?.permissions.extend(ids);
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
        self.shared().lock().account_mut(user)?.builtin_roles.extend(ids);
        Ok(())
    }
}

/// The error for an object that the service would reject.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidSeed(String);

impl From<ApiError> for InvalidSeed {
    fn from(error: ApiError) -> Self {
        Self(error.message)
    }
}

fn object(value: Value) -> Result<Document, InvalidSeed> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(InvalidSeed("The value must be a JSON object.".to_owned())),
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

fn namespace_of(state: &State, document: &Document) -> Result<String, InvalidSeed> {
    let first = || state.namespaces.values().find_map(|namespace| text(namespace, "code"));
    let code = text(document, "nsCode").or_else(first).unwrap_or_default();
    match state.namespace(code) {
        Some(_) => Ok(code.to_owned()),
        None => Err(InvalidSeed("Field \"nsCode\" names no namespace.".to_owned())),
    }
}

fn id_of(document: &Document) -> String {
    text(document, "id").unwrap_or_default().to_owned()
}
