//! Changes of a user's permissions.

use serde::{Deserialize, Serialize};

use crate::{PermissionId, lenient};

/// Permissions to grant to and revoke from a user (documented).
///
/// An empty list is omitted from the request.
///
/// # Examples
///
/// ```
/// use trivore_models::PermissionChanges;
///
/// let changes = PermissionChanges::new().add("ACCOUNT_VIEW");
///
/// assert_eq!(serde_json::to_string(&changes)?, r#"{"add":["ACCOUNT_VIEW"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct PermissionChanges {
    /// Permissions to grant.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<PermissionId>,
    /// Permissions to revoke.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<PermissionId>,
}

impl PermissionChanges {
    /// Creates a request that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a permission to grant.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it is named like the field that it extends")]
    pub fn add(mut self, permission: impl Into<PermissionId>) -> Self {
        self.add.push(permission.into());
        self
    }

    /// Adds a permission to revoke.
    #[must_use]
    pub fn remove(mut self, permission: impl Into<PermissionId>) -> Self {
        self.remove.push(permission.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_is_not_sent() {
        let changes = PermissionChanges::new().add("ACCOUNT_VIEW");

        assert_eq!(serde_json::to_string(&changes).unwrap(), r#"{"add":["ACCOUNT_VIEW"]}"#);
    }

    #[test]
    fn null_is_an_empty_list() {
        let changes = serde_json::from_str(r#"{"add":null,"remove":[null]}"#);

        assert_eq!(changes.ok(), Some(PermissionChanges::default()));
    }
}
