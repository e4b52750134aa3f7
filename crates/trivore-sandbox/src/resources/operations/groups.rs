//! Groups.

use super::listing::{DUPLICATE, LIST};
use crate::api::operation::{Operation, Safety, SuccessBody, Tag};

pub(crate) const LIST_GROUPS: Operation = Operation::read(Tag::Groups, "getGroups", "List groups")
    .query(LIST)
    .returns(200, SuccessBody::Page("Group"));

pub(crate) const CREATE: Operation =
    Operation::new(Safety::NotIdempotent, Tag::Groups, "createGroup", "Create a group")
        .notes(
            "Without `nsCode`, the group is created in the primary namespace of the caller. \
             `memberOf` has identifiers of groups that exist.",
        )
        .body("GroupCreate")
        .returns(201, SuccessBody::One("Group"))
        .errors(&[DUPLICATE]);

pub(crate) const READ: Operation = Operation::read(Tag::Groups, "getGroup", "Read a group")
    .returns(200, SuccessBody::One("Group"));

pub(crate) const UPDATE: Operation =
    Operation::new(Safety::Idempotent, Tag::Groups, "updateGroup", "Update a group")
        .body("GroupUpdate")
        .returns(200, SuccessBody::One("Group"))
        .errors(&[DUPLICATE]);

pub(crate) const DELETE: Operation =
    Operation::new(Safety::Idempotent, Tag::Groups, "deleteGroup", "Delete a group")
        .notes("All memberships in the group end.")
        .returns(204, SuccessBody::Nothing);

pub(crate) const LIST_NESTED: Operation = Operation::read(
    Tag::Groups,
    "getNestedGroups",
    "List the groups that are directly or indirectly members of a group",
)
.returns(200, SuccessBody::List("Group"));
