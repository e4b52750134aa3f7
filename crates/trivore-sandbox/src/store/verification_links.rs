//! Verification links that have not been used.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::contact::ContactKind;

/// Links that have not been used, by token.
pub(crate) type Links = BTreeMap<String, Link>;

/// A link that verifies one address or number.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) contact: ContactKind,
    pub(crate) user_id: String,
    pub(crate) value: String,
    pub(crate) return_url: Option<String>,
    pub(crate) expires: Timestamp,
}
