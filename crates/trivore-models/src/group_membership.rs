//! Groups of a user, with their names.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{CustomFields, Extra, GroupId, redact::redacted_debug};

/// A group that a user belongs to (observed).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupMembership {
    /// Identifier of the group.
    pub id: Option<GroupId>,
    /// Name of the group.
    pub name: Option<String>,
    /// Custom fields of the group.
    pub custom_fields: Option<CustomFields>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(GroupMembership shows "id");
