//! Student status of a person.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Date, Extra, Timestamp, redact::redacted_debug, string_enum::string_enum};

string_enum! {
    redacted
    /// Student status of a person (documented).
    pub enum StudentStatus {
        /// Full-time student.
        FullTime = "FULL_TIME",
        /// Part-time student.
        PartTime = "PART_TIME",
        /// Not a student.
        NotStudent = "NOT_STUDENT",
        /// The query is not allowed.
        Forbidden = "FORBIDDEN",
        /// The status is not known.
        Unknown = "UNKNOWN",
    }
}

/// Student state of a user (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::{StudentState, StudentStatus};
///
/// let mut state = StudentState::new(StudentStatus::FullTime);
/// state.student_to = Some("2027-05-31".into());
///
/// let json = serde_json::to_string(&state)?;
/// assert_eq!(json, r#"{"state":"FULL_TIME","studentTo":"2027-05-31"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StudentState {
    /// Student status.
    pub state: Option<StudentStatus>,
    /// Start of the studies.
    pub student_from: Option<Date>,
    /// End of the studies.
    pub student_to: Option<Date>,
    /// When the state was last updated.
    pub updated: Option<Timestamp>,
    /// Whether the last query succeeded; if not, the state may be out of date.
    pub last_query_success: Option<bool>,
    /// Error of the last query.
    pub last_query_error: Option<String>,
    /// Source of the state.
    pub source: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl StudentState {
    /// Creates a state with the given status and no other fields set.
    pub fn new(state: StudentStatus) -> Self {
        Self { state: Some(state), ..Self::default() }
    }
}

redacted_debug!(StudentState shows "updated" "lastQuerySuccess");

/// Student status of a person in official registers; read-only (documented).
///
/// The date and time formats are inferred.
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StudentInfo {
    /// Student status.
    pub state: Option<StudentStatus>,
    /// Start of validity.
    pub student_valid_from: Option<Date>,
    /// End of validity.
    pub student_valid_to: Option<Date>,
    /// When the registers were last queried.
    pub information_updated: Option<Timestamp>,
    /// Student state as the register names it.
    pub remote_state: Option<String>,
    /// Why the person is not a student.
    pub not_student_reason: Option<String>,
    /// When the person's consent to queries ends.
    pub query_consent_ends: Option<Timestamp>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(StudentInfo shows "informationUpdated");
