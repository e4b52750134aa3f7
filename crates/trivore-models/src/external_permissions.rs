//! Permissions that external systems define and the service hands out.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    CustomFields, ExternalPermissionGroupId, ExternalPermissionId, Extra, Timestamp,
    redact::redacted_debug,
};

/// An external permission that a user has (observed).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalPermissionGrant {
    /// Which permission.
    pub permission_id: Option<ExternalPermissionId>,
    /// Group of the permission.
    pub permission_group_id: Option<ExternalPermissionGroupId>,
    /// Identifier in the external system.
    pub permission_external_id: Option<String>,
    /// Since when it is granted.
    pub from: Option<Timestamp>,
    /// How long it is granted.
    pub until: Option<Timestamp>,
    /// Who granted it.
    pub granted_by_id: Option<String>,
    /// What granted it, such as `User`.
    pub granted_by_type: Option<String>,
    /// When it was granted.
    pub granted_time: Option<Timestamp>,
    /// To what it was granted, such as `CustomRole`.
    pub granted_to_type: Option<String>,
    /// To whom it was granted.
    pub granted_to_id: Option<String>,
    /// What the installation stores beside these fields.
    pub custom_fields: Option<CustomFields>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(
    ExternalPermissionGrant shows
    "permissionId" "permissionGroupId" "permissionExternalId" "from" "until"
    "grantedById" "grantedByType" "grantedTime" "grantedToType" "grantedToId"
);
