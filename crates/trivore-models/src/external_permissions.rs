//! Permissions that external systems define and the service grants.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    CustomFields, ExternalPermissionGroupId, ExternalPermissionId, Extra, Meta, Timestamp,
    redact::redacted_debug,
};

/// An external permission that a user has (observed).
///
/// # Examples
///
/// ```
/// use trivore_models::ExternalPermissionGrant;
///
/// let json = r#"[{"permissionId": "019283", "grantedToType": "CustomRole"}]"#;
/// let grants: Vec<ExternalPermissionGrant> = serde_json::from_str(json)?;
///
/// assert_eq!(grants[0].permission_id, Some("019283".into()));
/// assert_eq!(grants[0].granted_to_type.as_deref(), Some("CustomRole"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalPermissionGrant {
    /// Identifier of the permission.
    pub permission_id: Option<ExternalPermissionId>,
    /// Group that the permission belongs to.
    pub permission_group_id: Option<ExternalPermissionGroupId>,
    /// Identifier of the permission in the external system.
    pub permission_external_id: Option<String>,
    /// Start of the grant.
    pub from: Option<Timestamp>,
    /// End of the grant.
    pub until: Option<Timestamp>,
    /// Identifier of the user or client that granted the permission.
    pub granted_by_id: Option<String>,
    /// Type of `granted_by_id`, such as `User`.
    pub granted_by_type: Option<String>,
    /// When the permission was granted.
    pub granted_time: Option<Timestamp>,
    /// Type of `granted_to_id`, such as `CustomRole`.
    pub granted_to_type: Option<String>,
    /// Identifier of the recipient of the grant.
    pub granted_to_id: Option<String>,
    /// Fields that the installation defines.
    pub custom_fields: Option<CustomFields>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A permission that an external system defines (observed).
///
/// # Examples
///
/// ```
/// use trivore_models::ExternalPermission;
///
/// let json = r#"{"id": "019283", "externalId": "tickets.sell", "name": "Sell tickets"}"#;
/// let permission: ExternalPermission = serde_json::from_str(json)?;
///
/// assert_eq!(permission.id, Some("019283".into()));
/// assert_eq!(permission.external_id.as_deref(), Some("tickets.sell"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalPermission {
    /// Identifier of the permission.
    pub id: Option<ExternalPermissionId>,
    /// Identifier of the permission in the external system.
    pub external_id: Option<String>,
    /// Group that the permission belongs to.
    pub permission_group_id: Option<ExternalPermissionGroupId>,
    /// Name of the permission.
    pub name: Option<String>,
    /// Description of the permission.
    pub description: Option<String>,
    /// Times of creation and last change; set by the service.
    pub meta: Option<Meta>,
    /// Fields that the installation defines.
    pub custom_fields: Option<CustomFields>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(ExternalPermission shows "id" "externalId" "permissionGroupId");

redacted_debug!(
    ExternalPermissionGrant shows
    "permissionId" "permissionGroupId" "permissionExternalId" "from" "until"
    "grantedById" "grantedByType" "grantedTime" "grantedToType" "grantedToId"
);
