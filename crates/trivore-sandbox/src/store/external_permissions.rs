//! External permissions, and their grants to users.

use serde_json::Value;

use super::state::{State, external_permission_key};
use crate::values::api_error::ApiError;
use crate::values::behavior_rules::Rules;
use crate::values::document::{Document, text};
use crate::values::field_types::{self, FieldType, Fields};

impl State {
    /// Deletes an external permission and its grants, and returns whether it existed.
    pub(crate) fn remove_external_permission(&mut self, group: &str, permission: &str) -> bool {
        let key = external_permission_key(group, permission);
        if self.external_permissions.remove(&key).is_none() {
            return false;
        }
        let is_grant = |grant: &Value| {
            grant.as_object().is_some_and(|grant| {
                text(grant, "permissionGroupId") == Some(group)
                    && text(grant, "permissionId") == Some(permission)
            })
        };
        let holders: Vec<String> = self
            .users
            .values()
            .filter(|account| account.external_permissions.iter().any(is_grant))
            .map(|account| account.id().to_owned())
            .collect();
        for holder in holders {
            if let Some(mut account) = self.users.edit(&holder) {
                account.external_permissions.retain(|grant| !is_grant(grant));
            }
        }
        true
    }
}

/// Rejects grants that are no objects, have fields of wrong types, or name no permission.
///
/// Fields that nobody knows are kept, unless they are known ones that are misspelled.
pub(crate) fn check_grants(grants: &[Value], rules: &Rules) -> Result<(), ApiError> {
    let all = Document::from_iter([("grants".to_owned(), grants.to_vec().into())]);
    field_types::check(&all, &[("grants", FieldType::Objects(GRANT))], rules)?;
    for (index, grant) in grants.iter().filter_map(Value::as_object).enumerate() {
        for name in ["permissionId", "permissionGroupId"] {
            if text(grant, name).is_none_or(str::is_empty) {
                let message = format!("Field \"grants[{index}].{name}\" is required.");
                return Err(ApiError::bad_request(message));
            }
        }
        for given in grant.keys() {
            let is_meant = |known: &&str| *known != given && plain(known) == plain(given);
            if let Some(known) = GRANT.iter().map(|(name, _)| *name).find(is_meant) {
                let message = format!(
                    "Field \"grants[{index}].{given}\" is unknown; the field is \"{known}\"."
                );
                return Err(ApiError::bad_request(message));
            }
        }
    }
    Ok(())
}

/// Returns a name without what is often misspelled.
fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

const GRANT: Fields = &[
    ("permissionId", FieldType::Text),
    ("permissionGroupId", FieldType::Text),
    ("permissionExternalId", FieldType::Text),
    ("from", FieldType::Text),
    ("until", FieldType::Text),
    ("grantedById", FieldType::Text),
    ("grantedByType", FieldType::Text),
    ("grantedTime", FieldType::Text),
    ("grantedToType", FieldType::Text),
    ("grantedToId", FieldType::Text),
    ("customFields", FieldType::Map),
];
