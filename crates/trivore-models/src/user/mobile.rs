//! Mobile phone numbers of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, lenient, redact::redacted_debug};

/// A mobile phone number of a user (documented).
///
/// This crate does not validate the number; the service does.
/// In a list, a JSON string deserializes as a mobile with that number.
///
/// # Examples
///
/// ```
/// use trivore_models::Mobile;
///
/// let mobile = Mobile::new("+358401234567").tag("work");
///
/// let json = serde_json::to_string(&mobile)?;
/// assert_eq!(json, r#"{"number":"+358401234567","tags":["work"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Mobile {
    /// Human-readable label.
    pub name: Option<String>,
    /// Phone number in international format, such as `+358401234567` (observed).
    pub number: Option<String>,
    /// Whether it is verified that the user receives messages at this number.
    pub verified: Option<bool>,
    /// Machine-readable tags.
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Mobile {
    /// Creates a mobile phone number with no other fields set.
    pub fn new(number: &str) -> Self {
        Self::from(number)
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

redacted_debug!(Mobile shows "verified");

impl From<&str> for Mobile {
    fn from(number: &str) -> Self {
        Self::from(number.to_owned())
    }
}

impl From<String> for Mobile {
    fn from(number: String) -> Self {
        Self { number: Some(number), ..Self::default() }
    }
}
