//! Built-in roles and their permissions.

use serde_json::{Value, json};

use super::permissions::{
    ACCESSRIGHT_MODIFY, ACCESSRIGHT_VIEW, ACCOUNT_INVITE, ACCOUNT_MODIFY, ACCOUNT_VIEW,
    EXTERNAL_PERMISSION_VIEW, GROUP_MODIFY, GROUP_VIEW, NAMESPACE_ACCESS_ALL, NAMESPACE_VIEW,
    PERMISSIONS, ROLE_MODIFY, ROLE_VIEW,
};

/// A built-in role; without a list, it has all permissions.
pub(crate) struct BuiltinRole {
    pub(crate) id: &'static str,
    name: &'static str,
    permissions: Option<&'static [&'static str]>,
}

impl BuiltinRole {
    pub(crate) fn permissions(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = PERMISSIONS.iter().map(|(id, ..)| *id);
        let listed = self.permissions;
        all.filter(move |id| listed.is_none_or(|listed| listed.contains(id)))
    }

    pub(crate) fn to_json(&self) -> Value {
        let permissions: Vec<&str> = self.permissions().collect();
        json!({"id": self.id, "name": self.name, "permissions": permissions})
    }
}

/// Returns whether a built-in role has this identifier.
pub(crate) fn is_builtin_role(id: &str) -> bool {
    BUILTIN_ROLES.iter().any(|role| role.id == id)
}

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
