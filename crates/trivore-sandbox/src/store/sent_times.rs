//! When verification messages were sent, to a user or to an address or number.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contact::ContactKind;
use crate::values::clock::after;

/// When verification messages were sent, in the last 24 hours.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct SentTimes(pub(crate) Vec<Timestamp>);

impl SentTimes {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a message still counts.
    pub(super) fn is_recent(&self, now: Timestamp) -> bool {
        self.0.iter().any(|sent| after(*sent, DAY) > now)
    }

    pub(super) fn forget_old(&mut self, now: Timestamp) {
        self.0.retain(|sent| after(*sent, DAY) > now);
    }
}

/// Returns the identifier of an address or number in its table; case does not matter.
pub(crate) fn sent_to_key(contact: ContactKind, value: &str) -> String {
    format!("{}\0{}", contact.value(), value.to_lowercase())
}

/// Undoes [`sent_to_key`].
pub(crate) fn sent_to_of(key: &str) -> (ContactKind, &str) {
    let (kind, value) = key.split_once('\0').unwrap_or(("", key));
    let is_mobile = kind == ContactKind::Mobile.value();
    (if is_mobile { ContactKind::Mobile } else { ContactKind::Email }, value)
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
