//! Migration of a user to another namespace.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{NamespaceCode, Password, redact::redacted_debug};

/// Options of a migration to another namespace (documented).
///
/// The service deletes the original user and creates a new one; some data is not migrated. The
/// defaults are those of the vendor's client: everything is kept except the groups.
///
/// # Examples
///
/// ```
/// use trivore_models::NamespaceMigrationOptions;
///
/// let mut options = NamespaceMigrationOptions::new("target");
/// options.keep_groups = true;
/// options.username = Some("maija".to_owned());
///
/// assert_eq!(options.target_namespace_code.as_str(), "target");
/// assert!(options.keep_user_id && options.keep_password);
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the service expects each of them")]
pub struct NamespaceMigrationOptions {
    /// Code of the target namespace; required.
    #[serde(rename = "targetNsCode")]
    pub target_namespace_code: NamespaceCode,
    /// Whether to keep the identifier.
    pub keep_user_id: bool,
    /// Whether to keep names, addresses, legal information, customer groups, date of birth, etc.
    pub keep_profile: bool,
    /// Whether to keep e-mail addresses.
    pub keep_emails: bool,
    /// Whether to keep mobile phone numbers.
    pub keep_mobiles: bool,
    /// Whether to keep consents.
    pub keep_consents: bool,
    /// Whether to keep custom fields.
    pub keep_custom_fields: bool,
    /// Whether to keep the password; a `user_password` takes precedence.
    pub keep_password: bool,
    /// Whether to keep groups, by name; the service creates those that the target lacks.
    pub keep_groups: bool,
    /// Sign-in name, unique in the target namespace; generated if absent.
    pub username: Option<String>,
    /// New password.
    pub user_password: Option<Password>,
}

impl NamespaceMigrationOptions {
    /// Creates options that keep everything except the groups.
    pub fn new(target: impl Into<NamespaceCode>) -> Self {
        Self {
            target_namespace_code: target.into(),
            keep_user_id: true,
            keep_profile: true,
            keep_emails: true,
            keep_mobiles: true,
            keep_consents: true,
            keep_custom_fields: true,
            keep_password: true,
            keep_groups: false,
            username: None,
            user_password: None,
        }
    }
}

redacted_debug!(
    NamespaceMigrationOptions without extra shows
    "targetNsCode" "keepUserId" "keepProfile" "keepEmails" "keepMobiles"
    "keepConsents" "keepCustomFields" "keepPassword" "keepGroups"
);

/// Has an empty target, which must be set before the options are sent.
impl Default for NamespaceMigrationOptions {
    fn default() -> Self {
        Self::new("")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_choice_is_sent_and_nothing_that_was_not_made() {
        let options = NamespaceMigrationOptions::new("target");

        assert_eq!(
            serde_json::to_value(options).unwrap(),
            json!({
                "targetNsCode": "target",
                "keepUserId": true,
                "keepProfile": true,
                "keepEmails": true,
                "keepMobiles": true,
                "keepConsents": true,
                "keepCustomFields": true,
                "keepPassword": true,
                "keepGroups": false,
            })
        );
    }
}
