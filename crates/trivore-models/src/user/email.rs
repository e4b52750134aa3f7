//! E-mail addresses of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Timestamp, lenient, redact::redacted_debug};

/// An e-mail address of a user (documented).
///
/// This crate does not validate the address; the service does.
/// In a list, a JSON string deserializes as an address with that text.
///
/// # Examples
///
/// ```
/// use trivore_models::{EmailAddress, User};
///
/// let email = EmailAddress::new("maija@example.com").name("Office").tag("work");
/// assert_eq!(email.address.as_deref(), Some("maija@example.com"));
///
/// let user: User = serde_json::from_str(r#"{"emails": ["maija@example.com"]}"#)?;
/// assert_eq!(user.emails(), [EmailAddress::new("maija@example.com")]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EmailAddress {
    /// Human-readable label.
    pub name: Option<String>,
    /// E-mail address.
    pub address: Option<String>,
    /// Whether it is verified that the user receives e-mail at this address.
    pub verified: Option<bool>,
    /// Who verified the address.
    pub verified_by: Option<String>,
    /// When the address was verified.
    pub verified_date_time: Option<Timestamp>,
    /// Machine-readable tags; the service keeps their order (observed).
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl EmailAddress {
    /// Creates an e-mail address with no other fields set.
    pub fn new(address: &str) -> Self {
        Self::from(address)
    }

    /// Sets the human-readable label.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }

    /// Adds a machine-readable tag.
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
