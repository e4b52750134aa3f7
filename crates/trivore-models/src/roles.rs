//! Changes of roles.

use serde::{Deserialize, Serialize};

use crate::{RoleId, lenient};

/// Built-in or custom roles to give to a user and to take away (documented).
///
/// An empty list is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleChanges {
    /// Roles to give.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<RoleId>,
    /// Roles to take away.
    #[serde(deserialize_with = "lenient::full_list", skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<RoleId>,
}
