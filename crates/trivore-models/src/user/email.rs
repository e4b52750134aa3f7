//! E-mail addresses of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp, lenient, redact::redacted_debug};

/// An e-mail address of a user (documented).
///
/// The address is not checked: the service is the judge.
/// In lists, a bare text is read as the address.
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EmailAddress {
    /// Label for people to read.
    pub name: Option<String>,
    /// Address itself.
    pub address: Option<String>,
    /// Whether the user has shown to receive mail there.
    pub verified: Option<bool>,
    /// Who verified it.
    pub verified_by: Option<String>,
    /// When it was verified.
    pub verified_date_time: Option<Timestamp>,
    /// Labels for programs to read; their order is kept (observed).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl EmailAddress {
    /// Takes the address.
    pub fn new(address: &str) -> Self {
        Self::from(address)
    }

    /// Sets the label for people.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Adds a label for programs.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.get_or_insert_default().push(tag.to_owned());
        self
    }
}

redacted_debug!(EmailAddress shows "verified" "verifiedDateTime");

impl From<&str> for EmailAddress {
    fn from(address: &str) -> Self {
        Self::from(address.to_owned())
    }
}

impl From<String> for EmailAddress {
    fn from(address: String) -> Self {
        Self { address: Some(address), ..Self::default() }
    }
}
