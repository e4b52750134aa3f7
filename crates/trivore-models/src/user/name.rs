//! Names of a person.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, redact::redacted_debug};

/// Names of a person (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::Names;
///
/// let names = Names::new("Maija", "Meikäläinen").middle_name("Elina");
///
/// assert_eq!(names.middle_name.as_deref(), Some("Elina"));
/// assert!(!format!("{names:?}").contains("Maija"));
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Names {
    /// First name.
    pub given_name: Option<String>,
    /// Middle names.
    pub middle_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Names {
    /// Creates names from a first and a last name.
    pub fn new(given_name: &str, family_name: &str) -> Self {
        Self {
            given_name: Some(given_name.to_owned()),
            family_name: Some(family_name.to_owned()),
            ..Self::default()
        }
    }

    /// Sets the middle names.
    #[must_use]
    pub fn middle_name(self, middle_name: &str) -> Self {
        Self { middle_name: Some(middle_name.to_owned()), ..self }
    }
}

redacted_debug!(Names shows);
