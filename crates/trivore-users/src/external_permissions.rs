//! Permissions of external systems that the service stores for a user.

use trivore_models::{ExternalPermissionGrant, UserId};
use trivore_transport::{Call, Operation, Result};

use crate::Users;

impl Users {
    /// Reads the external permissions granted to a user (observed).
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn external_permissions(
        &self,
        user: &UserId,
    ) -> Result<Vec<ExternalPermissionGrant>> {
        self.send_or_default(Call::of(&EXTERNAL_PERMISSIONS, &[user.as_str()])).await
    }
}

static EXTERNAL_PERMISSIONS: Operation =
    Operation::get("users.external_permissions", "/api/rest/v1/user/{userId}/externalpermissions");

pub(crate) const OPERATIONS: &[&Operation] = &[&EXTERNAL_PERMISSIONS];
