//! Moving a user to another namespace.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{NamespaceCode, Password, redact::redacted_debug};

/// What a user takes along to another namespace (documented).
///
/// The defaults are those of the vendor's client: everything but the groups.
/// The original user is deleted and a new one is created; not everything moves.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the service asks for each")]
pub struct NamespaceMigrationOptions {
    /// Where to move; required.
    #[serde(rename = "targetNsCode")]
    pub target_namespace_code: NamespaceCode,
    /// Keeps the identifier.
    pub keep_user_id: bool,
    /// Keeps names, addresses, legal information, customer groups, date of birth and so on.
    pub keep_profile: bool,
    /// Keeps e-mail addresses.
    pub keep_emails: bool,
    /// Keeps mobile phone numbers.
    pub keep_mobiles: bool,
    /// Keeps consents.
    pub keep_consents: bool,
    /// Keeps custom fields.
    pub keep_custom_fields: bool,
    /// Keeps the password, unless a new one is given.
    pub keep_password: bool,
    /// Keeps groups by their names; those that the target lacks are created there.
    pub keep_groups: bool,
    /// Sign-in name, unique in the target; generated when absent.
    pub username: Option<String>,
    /// New password.
    pub user_password: Option<Password>,
}

impl NamespaceMigrationOptions {
    /// Moves everything but the groups to a namespace.
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
    NamespaceMigrationOptions shows
    "targetNsCode" "keepUserId" "keepProfile" "keepEmails" "keepMobiles"
    "keepConsents" "keepCustomFields" "keepPassword" "keepGroups"
);

/// Has no target yet.
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
