//! Permissions and their dependencies.

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub(crate) const ACCESSRIGHT_MODIFY: &str = "ACCESSRIGHT_MODIFY";
pub(crate) const ACCESSRIGHT_VIEW: &str = "ACCESSRIGHT_VIEW";
pub(crate) const ACCOUNT_INVITE: &str = "ACCOUNT_INVITE";
pub(crate) const ACCOUNT_MODIFY: &str = "ACCOUNT_MODIFY";
pub(crate) const ACCOUNT_VIEW: &str = "ACCOUNT_VIEW";
pub(crate) const ACCOUNT_VIEW_PERSONAL_ID: &str = "ACCOUNT_VIEW_PERSONAL_ID";
pub(crate) const EXTERNAL_PERMISSION_VIEW: &str = "EXTERNAL_PERMISSION_VIEW";
pub(crate) const GROUP_MODIFY: &str = "GROUP_MODIFY";
pub(crate) const GROUP_VIEW: &str = "GROUP_VIEW";
pub(crate) const NAMESPACE_ACCESS_ALL: &str = "NAMESPACE_ACCESS_ALL";
pub(crate) const NAMESPACE_MODIFY: &str = "NAMESPACE_MODIFY";
pub(crate) const NAMESPACE_VIEW: &str = "NAMESPACE_VIEW";
pub(crate) const ROLE_MODIFY: &str = "ROLE_MODIFY";
pub(crate) const ROLE_VIEW: &str = "ROLE_VIEW";

/// Returns the JSON of a permission.
pub(crate) fn permission_json(permission: &PermissionInfo) -> Value {
    let (id, dependencies, group) = *permission;
    let name = id.to_lowercase().replace('_', " ");
    json!({"id": id, "name": name, "dependencies": dependencies, "groupId": group})
}

/// Returns whether a permission has this identifier.
pub(crate) fn is_permission(id: &str) -> bool {
    PERMISSIONS.iter().any(|(known, ..)| *known == id)
}

/// Adds the permissions that these require, directly or indirectly.
pub(crate) fn closure(mut found: BTreeSet<String>) -> BTreeSet<String> {
    loop {
        let before = found.len();
        for (id, dependencies, _) in PERMISSIONS {
            if found.contains(*id) {
                found.extend(dependencies.iter().map(|&id| id.to_owned()));
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Identifier, dependencies and display group of a permission.
pub(crate) type PermissionInfo = (&'static str, &'static [&'static str], &'static str);

/// All permissions; the first five are documented, the others are inferred.
pub(crate) const PERMISSIONS: &[PermissionInfo] = &[
    (ACCOUNT_VIEW, &[], "ACCOUNT"),
    (ACCOUNT_MODIFY, &[ACCOUNT_VIEW], "ACCOUNT"),
    (ACCOUNT_VIEW_PERSONAL_ID, &[ACCOUNT_VIEW], "ACCOUNT"),
    ("PAYCARD_NUMBER_VIEW", &[], "PAYCARD"),
    ("PAYCARD_NUMBER_MODIFY", &["PAYCARD_NUMBER_VIEW"], "PAYCARD"),
    (ACCOUNT_INVITE, &[], "ACCOUNT"),
    (ACCESSRIGHT_VIEW, &[], "ACCESSRIGHT"),
    (ACCESSRIGHT_MODIFY, &[ACCESSRIGHT_VIEW], "ACCESSRIGHT"),
    (EXTERNAL_PERMISSION_VIEW, &[], "ACCESSRIGHT"),
    (GROUP_VIEW, &[], "GROUP"),
    (GROUP_MODIFY, &[GROUP_VIEW], "GROUP"),
    (NAMESPACE_VIEW, &[], "NAMESPACE"),
    (NAMESPACE_MODIFY, &[NAMESPACE_VIEW], "NAMESPACE"),
    (NAMESPACE_ACCESS_ALL, &[], "NAMESPACE"),
    (ROLE_VIEW, &[], "ROLE"),
    (ROLE_MODIFY, &[ROLE_VIEW], "ROLE"),
];
