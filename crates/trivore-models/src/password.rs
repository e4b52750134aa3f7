//! Password rules and password changes.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Password, lenient, redact::redacted_debug};

/// Rules that a user's namespace and policies set for passwords (documented).
///
/// `None` presumably means that the rule is disabled (inferred).
///
/// # Examples
///
/// ```
/// use trivore_models::PasswordRequirements;
///
/// let json = r#"{"minLength": 8, "usernameForbidden": true}"#;
/// let requirements: PasswordRequirements = serde_json::from_str(json)?;
///
/// assert_eq!(requirements.min_length, Some(8));
/// assert_eq!(requirements.max_length, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasswordRequirements {
    /// Minimum number of characters.
    #[serde(deserialize_with = "lenient::integer")]
    pub min_length: Option<i64>,
    /// Maximum number of characters.
    #[serde(deserialize_with = "lenient::integer")]
    pub max_length: Option<i64>,
    /// Required number of character classes; the classes are not documented.
    #[serde(deserialize_with = "lenient::integer")]
    pub number_of_characteristics: Option<i64>,
    /// Maximum length of a sequence of letters in alphabetical order.
    #[serde(deserialize_with = "lenient::integer")]
    pub alphabetical_sequence_max_length: Option<i64>,
    /// Maximum length of a sequence of digits in numerical order.
    #[serde(deserialize_with = "lenient::integer")]
    pub numerical_sequence_max_length: Option<i64>,
    /// Maximum length of a sequence of adjacent keys on a keyboard.
    #[serde(deserialize_with = "lenient::integer")]
    pub qwerty_sequence_max_length: Option<i64>,
    /// Number of previous passwords that cannot be reused.
    #[serde(deserialize_with = "lenient::integer")]
    pub history_length: Option<i64>,
    /// Maximum number of repetitions of a character (inferred).
    #[serde(deserialize_with = "lenient::integer")]
    pub repeat_character_length: Option<i64>,
    /// Whether the password cannot contain the username.
    pub username_forbidden: Option<bool>,
    /// Whether words from a dictionary are rejected.
    pub dictionary_check: Option<bool>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A request to change a password (documented).
///
/// # Examples
///
/// ```
/// use trivore_models::{Password, PasswordChange};
///
/// let change = PasswordChange::new(Password::from("correct horse"));
///
/// assert_eq!(format!("{change:?}"), "PasswordChange { new_password: Password(<redacted>) }");
/// assert_eq!(serde_json::to_string(&change)?, r#"{"newPassword":"correct horse"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    /// New password.
    pub new_password: Password,
}

impl PasswordChange {
    /// Creates a request that sets the given password.
    pub fn new(new_password: Password) -> Self {
        Self { new_password }
    }
}

/// Result of a password change.
///
/// If the password violates the rules, the call does not fail: the service responds with
/// 200 OK and `success` is false (observed). Check [`success`](Self::success).
///
/// # Examples
///
/// ```
/// use trivore_models::PasswordUpdateResult;
///
/// let json = r#"{"success": false, "validationErrors": [{"message": "Too short."}]}"#;
/// let result: PasswordUpdateResult = serde_json::from_str(json)?;
///
/// assert!(!result.success);
/// let messages = result.validation_errors().iter().filter_map(|error| error.message.as_deref());
/// assert_eq!(messages.collect::<Vec<_>>(), ["Too short."]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasswordUpdateResult {
    /// Whether the password was changed; false if the response does not say.
    #[serde(deserialize_with = "lenient::or_default")]
    pub success: bool,
    /// Rules that the password violates.
    #[serde(deserialize_with = "lenient::list")]
    pub validation_errors: Option<Vec<ValidationError>>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

impl PasswordUpdateResult {
    /// Returns the violated rules, or an empty slice if the list is absent.
    pub fn validation_errors(&self) -> &[ValidationError] {
        self.validation_errors.as_deref().unwrap_or_default()
    }
}

/// A rule that a password violates (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ValidationError {
    /// Human-readable message; it may contain personal data.
    pub message: Option<String>,
    /// Name of the rule; the names are not documented.
    pub code: Option<String>,
    /// Fields unknown to this version.
    #[serde(flatten)]
    pub extra: Extra,
}

redacted_debug!(ValidationError shows "code");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_says_nothing_is_no_success() {
        for text in ["{}", r#"{"success":null,"validationErrors":null}"#] {
            let result: PasswordUpdateResult = serde_json::from_str(text).unwrap();

            assert!(!result.success);
            assert!(result.validation_errors().is_empty());
        }
    }
}
