//! Adds objects to a sandbox directly, without a request.

use serde_json::Value;

use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;
use crate::store::namespaces::FIELDS;
use crate::store::state::State;
use crate::values::document::{Document, text};
use crate::values::field_types;

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
        let namespace = object(namespace)?;
        let mut state = self.shared().state();
        field_types::check(&namespace, FIELDS, &state.rules)?;
        Ok(id_of(&state.add_namespace(namespace)?))
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
        let mut state = self.shared().state();
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
        let mut state = self.shared().state();
        let code = namespace_of(&state, &role)?;
        Ok(id_of(&state.add_role(&code, role)?))
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
        self.shared().state().external_permissions.insert(key, document);
        Ok(())
    }
}

fn id_of(document: &Document) -> String {
    text(document, "id").unwrap_or_default().to_owned()
}

pub(super) fn object(value: Value) -> Result<Document, InvalidSeed> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(InvalidSeed("The value must be a JSON object.".to_owned())),
    }
}

/// Returns `nsCode`, or the code of the first namespace.
pub(super) fn namespace_of(state: &State, document: &Document) -> Result<String, InvalidSeed> {
    let first = || state.namespaces.values().find_map(|namespace| text(namespace, "code"));
    let code = text(document, "nsCode").or_else(first).unwrap_or_default();
    match state.namespace(code) {
        Some(_) => Ok(code.to_owned()),
        None => Err(InvalidSeed("Field \"nsCode\" names no namespace.".to_owned())),
    }
}
