//! Mobile phone numbers of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, lenient, redact::redacted_debug};

/// A mobile phone number of a user (documented).
///
/// The number is not checked: the service is the judge.
/// In lists, a bare text is read as the number.
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Mobile {
    /// Label for people to read.
    pub name: Option<String>,
    /// International number, such as `+358401234567` (observed).
    pub number: Option<String>,
    /// Whether the user has shown to receive messages there.
    pub verified: Option<bool>,
    /// Labels for programs to read.
    #[serde(default, deserialize_with = "lenient::list")]
    pub tags: Option<Vec<String>>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Mobile {
    /// Takes the number.
    pub fn new(number: &str) -> Self {
        Self::from(number)
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
