//! Permissions of external systems that the service stores for a user.

use trivore_models::{ExternalPermissionGrant, UserId};
use trivore_transport::{Call, Operation, Result};

use crate::Users;

impl Users {
    /// Reads the external permissions granted to a user (observed).
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
    /// # let gate = serde_json::json!({"permissionExternalId": "gate-7"});
    /// # sandbox.set_external_permissions(&id, [gate])?;
    /// # let id = id.into();
    /// let grants = users.external_permissions(&id).await?;
    ///
    /// assert_eq!(grants.len(), 1);
    /// assert_eq!(grants[0].permission_external_id.as_deref(), Some("gate-7"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn external_permissions(
        &self,
        user: &UserId,
    ) -> Result<Vec<ExternalPermissionGrant>> {
        self.send_for_list(Call::of(&EXTERNAL_PERMISSIONS, &[user.as_str()])).await
    }
}

static EXTERNAL_PERMISSIONS: Operation =
    Operation::get("users.external_permissions", "/api/rest/v1/user/{userId}/externalpermissions");

pub(crate) const OPERATIONS: &[&Operation] = &[&EXTERNAL_PERMISSIONS];
