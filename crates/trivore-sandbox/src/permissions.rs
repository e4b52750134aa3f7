//! Permissions and built-in roles, and the permissions of a user.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api_client::Allowed;
use crate::state::State;
use crate::users::Account;
use crate::values::document::texts;

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

impl State {
    /// Returns the permissions of a user from all sources, with their dependencies.
    ///
    /// The sources are direct permissions, built-in roles, custom roles, and custom roles of the
    /// groups that the user belongs to, directly or through other groups.
    pub(crate) fn effective_permissions(&self, account: &Account) -> BTreeSet<String> {
        let builtin = BUILTIN_ROLES.iter().filter(|role| account.builtin_roles.contains(role.id));
        let groups = self.groups_with_ancestors(&texts(&account.document, "memberOf"));
        let custom = self.custom_roles.iter().filter(|(id, role)| {
            account.custom_roles.contains(*id)
                || texts(role, "memberOf").iter().any(|group| groups.contains(*group))
        });
        let mut found = account.permissions.clone();
        found.extend(builtin.flat_map(BuiltinRole::permissions).map(str::to_owned));
        found.extend(custom.flat_map(|(_, role)| texts(role, "permissions")).map(str::to_owned));
        closure(found)
    }
}

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

/// Adds the dependencies of the permissions.
pub(crate) fn with_dependencies(permissions: &Allowed) -> Allowed {
    match permissions {
        Allowed::All => Allowed::All,
        Allowed::Only(ids) => Allowed::Only(closure(ids.clone())),
    }
}

/// A built-in role; without a list, it has all permissions.
pub(crate) struct BuiltinRole {
    pub(crate) id: &'static str,
    name: &'static str,
    permissions: Option<&'static [&'static str]>,
}

impl BuiltinRole {
    fn permissions(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = PERMISSIONS.iter().map(|(id, ..)| *id);
        let listed = self.permissions;
        all.filter(move |id| listed.is_none_or(|listed| listed.contains(id)))
    }

    pub(crate) fn to_json(&self) -> Value {
        let permissions: Vec<&str> = self.permissions().collect();
        json!({"id": self.id, "name": self.name, "permissions": permissions})
    }
}

fn closure(mut found: BTreeSet<String>) -> BTreeSet<String> {
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

/// All built-in roles; the pairs of admin and auditor are documented, the identifiers inferred.
pub(crate) const BUILTIN_ROLES: &[BuiltinRole] = &[
    BuiltinRole {
        id: "ACCOUNT_ADMIN",
        name: "Account admin",
        permissions: Some(&[ACCOUNT_VIEW, ACCOUNT_MODIFY, ACCOUNT_INVITE]),
    },
    BuiltinRole {
        id: "ACCOUNT_AUDITOR",
        name: "Account auditor",
        permissions: Some(&[ACCOUNT_VIEW]),
    },
    BuiltinRole {
        id: "GROUP_ADMIN",
        name: "Group admin",
        permissions: Some(&[GROUP_VIEW, GROUP_MODIFY]),
    },
    BuiltinRole { id: "GROUP_AUDITOR", name: "Group auditor", permissions: Some(&[GROUP_VIEW]) },
    BuiltinRole { id: "PORTAL_ADMIN", name: "Portal admin", permissions: None },
    BuiltinRole {
        id: "PORTAL_AUDITOR",
        name: "Portal auditor",
        permissions: Some(&[
            ACCOUNT_VIEW,
            ACCESSRIGHT_VIEW,
            EXTERNAL_PERMISSION_VIEW,
            GROUP_VIEW,
            NAMESPACE_VIEW,
            NAMESPACE_ACCESS_ALL,
            ROLE_VIEW,
        ]),
    },
    BuiltinRole {
        id: "ROLE_ADMIN",
        name: "Role admin",
        permissions: Some(&[ROLE_VIEW, ROLE_MODIFY, ACCESSRIGHT_VIEW, ACCESSRIGHT_MODIFY]),
    },
    BuiltinRole {
        id: "ROLE_AUDITOR",
        name: "Role auditor",
        permissions: Some(&[ROLE_VIEW, ACCESSRIGHT_VIEW]),
    },
];
