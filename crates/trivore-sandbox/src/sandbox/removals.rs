//! Deletes objects from a sandbox directly, without a request.

use super::handle::Sandbox;

impl Sandbox {
    /// Deletes a user completely, and returns whether it existed.
    ///
    /// Rules and policies that would only mark it as deleted have no effect here. If the data file
    /// cannot be written, nothing is deleted; this also holds for the other methods that remove.
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
    ///
    /// assert!(sandbox.remove_user(&id));
    /// assert_eq!(sandbox.user_document(&id), None);
    /// # sandbox.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn remove_user(&self, id: &str) -> bool {
        self.shared().remove_user(id).unwrap_or(false)
    }

    /// Deletes a group and all memberships in it, and returns whether it existed.
    pub fn remove_group(&self, id: &str) -> bool {
        self.shared().remove_group(id).unwrap_or(false)
    }

    /// Deletes a custom role, also of its holders, and returns whether it existed.
    pub fn remove_custom_role(&self, id: &str) -> bool {
        self.shared().remove_custom_role(id).unwrap_or(false)
    }

    /// Deletes a namespace with its users, groups and roles, and returns whether it existed.
    pub fn remove_namespace(&self, code: &str) -> bool {
        self.shared().remove_namespace(code).unwrap_or(false)
    }

    /// Deletes an external permission, also of its holders, and returns whether it existed.
    pub fn remove_external_permission(&self, group: &str, permission: &str) -> bool {
        self.shared().remove_external_permission(group, permission).unwrap_or(false)
    }
}
