//! Deletes objects from the state directly, whatever rules and policies say.

use super::shared::Shared;
use crate::store::state::external_permission_key;
use crate::values::api_error::ApiError;
use crate::values::document::text;

impl Shared {
    /// Deletes a user completely, and returns whether it existed.
    pub(crate) fn remove_user(&self, id: &str) -> Result<bool, ApiError> {
        let mut state = self.change()?;
        let exists = state.users.get(id).is_some();
        state.remove_user(id);
        Ok(exists)
    }

    /// Deletes a group and all memberships in it, and returns whether it existed.
    pub(crate) fn remove_group(&self, id: &str) -> Result<bool, ApiError> {
        let mut state = self.change()?;
        let exists = state.groups.contains(id);
        if exists {
            state.remove_group(id);
        }
        Ok(exists)
    }

    /// Deletes a custom role, and returns whether it existed.
    pub(crate) fn remove_custom_role(&self, id: &str) -> Result<bool, ApiError> {
        let mut state = self.change()?;
        let exists = state.custom_roles.contains(id);
        if exists {
            state.remove_role(id);
        }
        Ok(exists)
    }

    /// Deletes a namespace with all that is in it, and returns whether it existed.
    pub(crate) fn remove_namespace(&self, code: &str) -> Result<bool, ApiError> {
        let mut state = self.change()?;
        let exists = state.namespace(code).is_some();
        if exists {
            state.remove_namespace(code);
        }
        Ok(exists)
    }

    /// Deletes an external permission and its grants, and returns whether it existed.
    pub(crate) fn remove_external_permission(
        &self,
        group: &str,
        permission: &str,
    ) -> Result<bool, ApiError> {
        let mut state = self.change()?;
        let key = external_permission_key(group, permission);
        if state.external_permissions.remove(&key).is_none() {
            return Ok(false);
        }
        let is_grant = |grant: &serde_json::Value| {
            let grant = grant.as_object();
            grant.is_some_and(|grant| {
                text(grant, "permissionGroupId") == Some(group)
                    && text(grant, "permissionId") == Some(permission)
            })
        };
        let holders: Vec<String> = state
            .users
            .values()
            .filter(|account| account.external_permissions.iter().any(is_grant))
            .map(|account| account.id().to_owned())
            .collect();
        for holder in holders {
            if let Some(mut account) = state.users.edit(&holder) {
                account.external_permissions.retain(|grant| !is_grant(grant));
            }
        }
        Ok(true)
    }
}
