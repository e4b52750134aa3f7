//! Permissions and roles of a user.

use crate::api::operation::{Operation, Safety, SuccessBody, Tag};

pub(crate) const READ_PERMISSIONS: Operation = Operation::read(
    Tag::AccessRights,
    "getUserCustomPermissions",
    "List the permissions that a user has directly",
)
.returns(200, SuccessBody::List("PermissionId"));

pub(crate) const UPDATE_PERMISSIONS: Operation = Operation::new(
    Safety::Idempotent,
    Tag::AccessRights,
    "updateUserCustomPermissions",
    "Add and remove permissions of a user",
)
.notes(CHANGES)
.grants()
.body("PermissionChanges")
.returns(200, SuccessBody::List("PermissionId"));

pub(crate) const READ_EFFECTIVE: Operation = Operation::read(
    Tag::AccessRights,
    "getUserEffectivePermissions",
    "List all permissions of a user",
)
.notes(
    "From direct permissions, built-in and custom roles, and groups, with all permissions that \
     these include.",
)
.returns(200, SuccessBody::List("PermissionId"));

pub(crate) const READ_BUILTIN_ROLES: Operation =
    Operation::read(Tag::AccessRights, "getUserBuiltinRoles", "List the built-in roles of a user")
        .returns(200, SuccessBody::List("BuiltinRoleId"));

pub(crate) const UPDATE_BUILTIN_ROLES: Operation = Operation::new(
    Safety::Idempotent,
    Tag::AccessRights,
    "updateUserBuiltinRoles",
    "Add and remove built-in roles of a user",
)
.notes(CHANGES)
.grants()
.body("BuiltinRoleChanges")
.returns(200, SuccessBody::List("BuiltinRoleId"));

pub(crate) const READ_CUSTOM_ROLES: Operation =
    Operation::read(Tag::AccessRights, "getUserCustomRoles", "List the custom roles of a user")
        .returns(200, SuccessBody::List("CustomRoleId"));

pub(crate) const UPDATE_CUSTOM_ROLES: Operation = Operation::new(
    Safety::Idempotent,
    Tag::AccessRights,
    "updateUserCustomRoles",
    "Add and remove custom roles of a user",
)
.notes(CHANGES)
.grants()
.body("CustomRoleChanges")
.returns(200, SuccessBody::List("CustomRoleId"));

const CHANGES: &str = "First `add`, then `remove` takes effect. Direct assignment to users is \
                       documented as deprecated. Whether API clients may do it is inferred (rule \
                       `api-client-may-grant`).";
