//! Permissions: those granted to a user directly, and all that are in effect.

use trivore_models::{PermissionChanges, PermissionId, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the permissions that were granted to a user directly.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn custom_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.send_or_default(Call::of(&CUSTOM_PERMISSIONS, &[user.as_str()])).await
    }

    /// Grants and revokes permissions of a user, and returns the resulting ones.
    ///
    /// Granting permissions directly is deprecated in favor of roles (documented).
    ///
    /// # Errors
    ///
    /// A permission or the user does not exist.
    pub async fn update_custom_permissions(
        &self,
        user: &UserId,
        changes: &PermissionChanges,
    ) -> Result<Vec<PermissionId>> {
        let call = Call::of(&UPDATE_CUSTOM_PERMISSIONS, &[user.as_str()]).json(changes);
        self.client.send(call).await
    }

    /// Reads all permissions of a user, from all sources.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn effective_permissions(&self, user: &UserId) -> Result<Vec<PermissionId>> {
        self.send_or_default(Call::of(&EFFECTIVE_PERMISSIONS, &[user.as_str()])).await
    }
}

static CUSTOM_PERMISSIONS: Operation =
    Operation::get("users.custom_permissions", "/api/rest/v1/user/{userId}/permissions/custom");
static UPDATE_CUSTOM_PERMISSIONS: Operation = Operation::put(
    "users.update_custom_permissions",
    "/api/rest/v1/user/{userId}/permissions/custom",
    Safety::Idempotent,
);
static EFFECTIVE_PERMISSIONS: Operation = Operation::get(
    "users.effective_permissions",
    "/api/rest/v1/user/{userId}/permissions/effective",
);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&CUSTOM_PERMISSIONS, &UPDATE_CUSTOM_PERMISSIONS, &EFFECTIVE_PERMISSIONS];
