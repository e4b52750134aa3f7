//! Metadata of an object.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp};

/// Metadata of an object: creation, last change and location; set by the service.
///
/// # Examples
///
/// ```
/// use trivore_models::User;
///
/// let json = r#"{"meta": {"created": "2022-10-26T09:39:42.195Z"}}"#;
/// let user: User = serde_json::from_str(json)?;
///
/// let created = user.meta.and_then(|meta| meta.created);
/// assert_eq!(created, Some("2022-10-26T09:39:42.195Z".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Meta {
    /// When the object was created; `createdDate` in filters (documented).
    pub created: Option<Timestamp>,
    /// When the object was last changed; `lastModifiedDate` in filters (documented).
    pub last_modified: Option<Timestamp>,
    /// URI of the object.
    pub location: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}
