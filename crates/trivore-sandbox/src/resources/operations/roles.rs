//! Permissions, built-in roles and custom roles.

use super::listing::LIST;
use crate::api::operation::{Operation, Safety, SuccessBody, Tag};

pub(crate) const LIST_PERMISSIONS: Operation =
    Operation::read(Tag::Roles, "getPermissions", "List all permissions")
        .returns(200, SuccessBody::List("Permission"));

pub(crate) const READ_PERMISSION: Operation =
    Operation::read(Tag::Roles, "getPermission", "Read a permission")
        .returns(200, SuccessBody::One("Permission"));

pub(crate) const LIST_BUILTIN_ROLES: Operation =
    Operation::read(Tag::Roles, "getBuiltinRoles", "List all built-in roles")
        .returns(200, SuccessBody::List("BuiltinRole"));

pub(crate) const LIST_CUSTOM_ROLES: Operation =
    Operation::read(Tag::Roles, "getCustomRoles", "List custom roles")
        .query(LIST)
        .returns(200, SuccessBody::Page("CustomRole"));

pub(crate) const CREATE: Operation =
    Operation::new(Safety::NotIdempotent, Tag::Roles, "createCustomRole", "Create a custom role")
        .notes(
            "Without `nsCode`, the role is created in the primary namespace of the caller. \
             `memberOf` has identifiers of groups whose members have the role.",
        )
        .body("CustomRoleCreate")
        .returns(201, SuccessBody::One("CustomRole"));

pub(crate) const READ: Operation =
    Operation::read(Tag::Roles, "getCustomRole", "Read a custom role")
        .returns(200, SuccessBody::One("CustomRole"));

pub(crate) const UPDATE: Operation =
    Operation::new(Safety::Idempotent, Tag::Roles, "updateCustomRole", "Update a custom role")
        .body("CustomRoleUpdate")
        .returns(200, SuccessBody::One("CustomRole"));

pub(crate) const DELETE: Operation =
    Operation::new(Safety::Idempotent, Tag::Roles, "deleteCustomRole", "Delete a custom role")
        .notes("It is taken from all users.")
        .returns(204, SuccessBody::Nothing);
