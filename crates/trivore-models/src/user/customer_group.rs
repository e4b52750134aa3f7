//! Customer groups of a user.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Date, Extra, Timestamp, redact::redacted_debug};

/// Customer groups of a user, entered by customer service (documented).
///
/// The date and time formats are inferred. The service accepts an update that contains this
/// object (observed).
///
/// # Examples
///
/// ```
/// use trivore_models::User;
///
/// let json = r#"{"customerGroupInfo": {"student": true, "studentValidTo": "2027-05-31"}}"#;
/// let user: User = serde_json::from_str(json)?;
///
/// let groups = user.customer_group_info.unwrap_or_default();
/// assert_eq!(groups.student, Some(true));
/// assert_eq!(groups.student_valid_to, Some("2027-05-31".into()));
/// assert_eq!(groups.senior, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerGroupInfo {
    /// Whether the user is a student.
    pub student: Option<bool>,
    /// Student identifier.
    pub student_identifier: Option<String>,
    /// Start of student status.
    pub student_valid_from: Option<Date>,
    /// End of student status.
    pub student_valid_to: Option<Date>,
    /// Whether the user is currently a student; computed by the service (inferred).
    pub student_valid_now: Option<bool>,
    /// When the student fields were entered.
    pub student_updated: Option<Timestamp>,
    /// Whether the user is a senior.
    pub senior: Option<bool>,
    /// Senior identifier.
    pub senior_identifier: Option<String>,
    /// When the senior fields were entered.
    pub senior_updated: Option<Timestamp>,
    /// Whether the user has disabilities.
    pub disabilities: Option<bool>,
    /// Identifier of the person with disabilities.
    pub disabilities_identifier: Option<String>,
    /// When the disability fields were entered.
    pub disabilities_updated: Option<Timestamp>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(CustomerGroupInfo shows);
