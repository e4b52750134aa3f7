//! Deletes objects from the state directly, whatever rules and policies say.

use super::shared::Shared;
use crate::values::api_error::ApiError;

impl Shared {
    /// Deletes a user completely, and returns whether it existed.
    pub(crate) fn remove_user(&self, id: &str) -> Result<bool, ApiError> {
        Ok(self.change()?.remove_user(id))
    }

    /// Deletes a group and all memberships in it, and returns whether it existed.
    pub(crate) fn remove_group(&self, id: &str) -> Result<bool, ApiError> {
        Ok(self.change()?.remove_group(id))
    }

    /// Deletes a custom role, and returns whether it existed.
    pub(crate) fn remove_custom_role(&self, id: &str) -> Result<bool, ApiError> {
        Ok(self.change()?.remove_role(id))
    }

    /// Deletes a namespace with all that is in it, and returns whether it existed.
    pub(crate) fn remove_namespace(&self, code: &str) -> Result<bool, ApiError> {
        Ok(self.change()?.remove_namespace(code))
    }

    /// Deletes an external permission and its grants, and returns whether it existed.
    pub(crate) fn remove_external_permission(
        &self,
        group: &str,
        permission: &str,
    ) -> Result<bool, ApiError> {
        Ok(self.change()?.remove_external_permission(group, permission))
    }
}
