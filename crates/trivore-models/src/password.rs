//! Rules for passwords, and changes of them.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Extra, Password, lenient, redact::redacted_debug};

/// What a user's namespace and policies demand of a password (documented).
///
/// `None` presumably means that a rule is off (inferred).
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasswordRequirements {
    /// Fewest characters.
    pub min_length: Option<i64>,
    /// Most characters.
    pub max_length: Option<i64>,
    /// How many kinds of characters there must be; which kinds exist is not documented.
    pub number_of_characteristics: Option<i64>,
    /// Longest run of letters in the order of the alphabet.
    pub alphabetical_sequence_max_length: Option<i64>,
    /// Longest run of digits in order.
    pub numerical_sequence_max_length: Option<i64>,
    /// Longest run of keys that are neighbors on a keyboard.
    pub qwerty_sequence_max_length: Option<i64>,
    /// How many earlier passwords must not be used again.
    pub history_length: Option<i64>,
    /// Longest run of one character (inferred).
    pub repeat_character_length: Option<i64>,
    /// Whether the password must not contain the user name.
    pub username_forbidden: Option<bool>,
    /// Whether words from a dictionary are refused.
    pub dictionary_check: Option<bool>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A new password (documented).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange {
    /// What it becomes.
    pub new_password: Password,
}

impl PasswordChange {
    /// Takes what the password becomes.
    pub fn new(new_password: Password) -> Self {
        Self { new_password }
    }
}

/// What became of a change of password.
///
/// A password that breaks the rules is no error of the call: the service answers 200 with
/// `success` false (observed).
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasswordUpdateResult {
    /// Whether the password was changed; false when the service does not say.
    #[serde(deserialize_with = "lenient::or_default")]
    pub success: bool,
    /// Which rules the password breaks.
    #[serde(deserialize_with = "lenient::list")]
    pub validation_errors: Option<Vec<ValidationError>>,
    /// Fields this version does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl PasswordUpdateResult {
    /// Returns which rules the password breaks; none when the list is absent.
    pub fn validation_errors(&self) -> &[ValidationError] {
        self.validation_errors.as_deref().unwrap_or_default()
    }
}

/// A rule that a password breaks (documented).
#[skip_serializing_none]
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ValidationError {
    /// Words for people to read, which may quote the user.
    pub message: Option<String>,
    /// Name of the rule; the names are not documented.
    pub code: Option<String>,
    /// Fields this version does not name.
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
