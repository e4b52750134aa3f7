//! Roles: built-in roles, and custom roles of the installation.

use trivore_models::{RoleChanges, RoleId, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the built-in roles of a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn builtin_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.send_or_default(Call::of(&BUILTIN_ROLES, &[user.as_str()])).await
    }

    /// Adds and removes built-in roles of a user, and returns the resulting ones.
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub async fn update_builtin_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Vec<RoleId>> {
        self.client.send(Call::of(&UPDATE_BUILTIN_ROLES, &[user.as_str()]).json(changes)).await
    }

    /// Reads the custom roles of a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn custom_roles(&self, user: &UserId) -> Result<Vec<RoleId>> {
        self.send_or_default(Call::of(&CUSTOM_ROLES, &[user.as_str()])).await
    }

    /// Adds and removes custom roles of a user, and returns the resulting ones.
    ///
    /// # Errors
    ///
    /// A role or the user does not exist.
    pub async fn update_custom_roles(
        &self,
        user: &UserId,
        changes: &RoleChanges,
    ) -> Result<Vec<RoleId>> {
        self.client.send(Call::of(&UPDATE_CUSTOM_ROLES, &[user.as_str()]).json(changes)).await
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
