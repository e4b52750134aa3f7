//! Customer groups that a user was found to belong to.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Date, Extra, Timestamp, redact::redacted_debug};

/// Customer groups of a user, as customer service entered them (documented).
///
/// Formats of dates and times are inferred. Sending it back in an update does no harm
/// (observed).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerGroupInfo {
    /// Whether the user is a student.
    pub student: Option<bool>,
    /// Identifier as a student.
    pub student_identifier: Option<String>,
    /// Since when the user is a student.
    pub student_valid_from: Option<Date>,
    /// How long the user is a student.
    pub student_valid_to: Option<Date>,
    /// Whether the user is a student today; computed by the service (inferred).
    pub student_valid_now: Option<bool>,
    /// When this was entered.
    pub student_updated: Option<Timestamp>,
    /// Whether the user is a senior.
    pub senior: Option<bool>,
    /// Identifier as a senior.
    pub senior_identifier: Option<String>,
    /// When this was entered.
    pub senior_updated: Option<Timestamp>,
    /// Whether the user has disabilities.
    pub disabilities: Option<bool>,
    /// Identifier as a person with disabilities.
    pub disabilities_identifier: Option<String>,
    /// When this was entered.
    pub disabilities_updated: Option<Timestamp>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(CustomerGroupInfo shows);
