//! Place of birth.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, redact::redacted_debug};

/// Place of birth of a person (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
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
