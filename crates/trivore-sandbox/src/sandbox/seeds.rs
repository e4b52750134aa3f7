//! Adds objects to a sandbox directly, without a request.

use serde_json::Value;

use super::handle::Sandbox;
use super::invalid_seed::InvalidSeed;

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
        Ok(self.shared().add_namespace(namespace)?)
    }

    /// Adds a group and returns its identifier; `name` is required.
    ///
    /// If `nsCode` is missing, the group belongs to the first namespace.
    ///
    /// # Errors
    ///
    /// The service would reject the group.
    pub fn add_group(&self, group: Value) -> Result<String, InvalidSeed> {
        Ok(self.shared().add_group(group)?)
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
        Ok(self.shared().add_custom_role(role)?)
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
        Ok(self.shared().add_external_permission(group, permission, document)?)
    }
}
