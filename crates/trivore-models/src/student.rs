//! Whether a person is a student.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Date, Extra, Timestamp, redact::redacted_debug, string_enum::string_enum};

string_enum! {
    /// Whether and how much a person studies (documented).
    pub enum StudentStatus {
        /// Studies full time.
        FullTime = "FULL_TIME",
        /// Studies part time.
        PartTime = "PART_TIME",
        /// Does not study.
        NotStudent = "NOT_STUDENT",
        /// May not be asked about.
        Forbidden = "FORBIDDEN",
        /// Not known.
        Unknown = "UNKNOWN",
    }
}

/// A user's state as a student (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StudentState {
    /// Whether and how much the user studies.
    pub state: Option<StudentStatus>,
    /// Since when.
    pub student_from: Option<Date>,
    /// How long.
    pub student_to: Option<Date>,
    /// When the state was last learned.
    pub updated: Option<Timestamp>,
    /// Whether the last query worked; if not, the state may be out of date.
    pub last_query_success: Option<bool>,
    /// Why the last query failed.
    pub last_query_error: Option<String>,
    /// Where the state was learned.
    pub source: Option<String>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl StudentState {
    /// Takes whether and how much the user studies.
    pub fn new(state: StudentStatus) -> Self {
        Self { state: Some(state), ..Self::default() }
    }
}

redacted_debug!(StudentState shows "updated" "lastQuerySuccess");

/// Whether a person is a student, as registers know it; read only (documented).
///
/// Formats of dates and times are inferred.
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StudentInfo {
    /// Whether and how much the person studies.
    pub state: Option<StudentStatus>,
    /// Since when.
    pub student_valid_from: Option<Date>,
    /// How long.
    pub student_valid_to: Option<Date>,
    /// When the registers were last asked.
    pub information_updated: Option<Timestamp>,
    /// State in the register's own words.
    pub remote_state: Option<String>,
    /// Why the person is not a student.
    pub not_student_reason: Option<String>,
    /// How long the person allows to ask.
    pub query_consent_ends: Option<Timestamp>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(StudentInfo shows "informationUpdated");
