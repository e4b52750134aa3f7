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
/// let changes = RoleChanges {
///     add: vec!["5b0cfba4e2bb230ff8b535e8".into()],
///     ..RoleChanges::default()
/// };
///
/// assert_eq!(serde_json::to_string(&changes)?, r#"{"add":["5b0cfba4e2bb230ff8b535e8"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleChanges {
    /// Roles to assign.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<RoleId>,
    /// Roles to remove.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<RoleId>,
}
