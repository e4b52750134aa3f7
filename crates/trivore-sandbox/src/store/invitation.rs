//! An invitation whose link has not been used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An invitation of one person, with what the account is to have.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Invitation {
    pub(crate) email: String,
    pub(crate) ns_code: String,
    /// Identifiers of groups.
    pub(crate) groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) locale: Option<String>,
    pub(crate) expires: Timestamp,
}
