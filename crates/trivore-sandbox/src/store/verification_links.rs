//! Verification links that have not been used.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contact::ContactKind;
use super::state::State;

impl State {
    /// Returns for how many days the links of a namespace work.
    pub(crate) fn link_days(&self, code: &str) -> u64 {
        let days = self.policy(code, "emailVerifyLinkExpireDays").and_then(Value::as_u64);
        days.filter(|days| *days > 0).unwrap_or(DEFAULT_DAYS)
    }
}

/// Default of the vendor's SDK.
const DEFAULT_DAYS: u64 = 7;

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
