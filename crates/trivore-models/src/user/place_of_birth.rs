//! Place of birth.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, redact::redacted_debug};

/// Place of birth of a person (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::{PlaceOfBirth, User};
///
/// let mut place = PlaceOfBirth::default();
/// place.locality = Some("Turku".to_owned());
/// let mut user = User::new();
/// user.place_of_birth = Some(place);
///
/// assert_eq!(serde_json::to_string(&user)?, r#"{"place_of_birth":{"locality":"Turku"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlaceOfBirth {
    /// Country.
    pub country: Option<String>,
    /// City or municipality.
    pub locality: Option<String>,
    /// Region or state.
    pub region: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(PlaceOfBirth shows);
