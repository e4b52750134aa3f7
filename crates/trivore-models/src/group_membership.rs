//! Groups of a user, with their names.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{CustomFields, Extra, GroupId, Timestamp, redact::redacted_debug};

/// A group that a user belongs to (observed).
///
/// # Examples
///
/// ```
/// use trivore_models::GroupMembership;
///
/// let json = r#"{"id": "5b0cfba4e2bb230ff8b535e7", "customFields": {"depot": "north"}}"#;
/// let group: GroupMembership = serde_json::from_str(json)?;
///
/// let fields = group.custom_fields.unwrap_or_default();
/// assert_eq!(fields.get("depot"), Some(&"north".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GroupMembership {
    /// Identifier of the group.
    pub id: Option<GroupId>,
    /// Name of the group.
    pub name: Option<String>,
    /// Description of the group.
    pub description: Option<String>,
    /// Whether the user is a member; absent if the service does not say.
    pub member: Option<bool>,
    /// Start of the time in which the user may be a member (meaning inferred).
    pub eligible_from: Option<Timestamp>,
    /// End of the time in which the user may be a member (meaning inferred).
    pub eligible_until: Option<Timestamp>,
    /// Custom fields of the group.
    pub custom_fields: Option<CustomFields>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(GroupMembership shows "id" "member" "eligibleFrom" "eligibleUntil");
