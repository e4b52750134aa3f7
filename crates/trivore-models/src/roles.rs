//! Changes of a user's roles.

use serde::{Deserialize, Serialize};

use crate::{RoleId, lenient};

/// Built-in or custom roles to assign to and remove from a user (documented).
///
/// An empty list is omitted from the request.
///
/// # Examples
///
/// ```
/// use trivore_models::RoleChanges;
///
/// let changes = RoleChanges::new().add("5b0cfba4e2bb230ff8b535e8");
///
/// assert_eq!(serde_json::to_string(&changes)?, r#"{"add":["5b0cfba4e2bb230ff8b535e8"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct RoleChanges {
    /// Roles to assign.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<RoleId>,
    /// Roles to remove.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<RoleId>,
}

impl RoleChanges {
    /// Creates a request that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a role to assign.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it is named like the field that it extends")]
    pub fn add(mut self, role: impl Into<RoleId>) -> Self {
        self.add.push(role.into());
        self
    }

    /// Adds a role to remove.
    #[must_use]
    pub fn remove(mut self, role: impl Into<RoleId>) -> Self {
        self.remove.push(role.into());
        self
    }
}
