//! What the service records about an object.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp};

/// When an object was created and changed, and where it is; set by the service.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Meta {
    /// In filters this is `createdDate` (documented).
    pub created: Option<Timestamp>,
    /// In filters this is `lastModifiedDate` (documented).
    pub last_modified: Option<Timestamp>,
    /// URI of the object.
    pub location: Option<String>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
