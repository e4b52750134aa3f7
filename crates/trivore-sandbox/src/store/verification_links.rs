//! Verification links that have not been used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;

/// A link that verifies one address or number.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Link {
    pub(crate) contact: ContactKind,
    pub(crate) user_id: String,
    pub(crate) value: String,
    pub(crate) return_url: Option<String>,
    pub(crate) expires: Timestamp,
}
