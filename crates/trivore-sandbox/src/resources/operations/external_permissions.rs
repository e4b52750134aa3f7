//! External permissions.

use crate::api::operation::{Evidence, Operation, SuccessBody, Tag};

pub(crate) const LIST_GRANTED: Operation = Operation::read(
    Tag::ExternalPermissions,
    "getUserExternalPermissions",
    "List the external permissions of a user",
)
.evidence(Evidence::Observed)
.returns(200, SuccessBody::List("ExternalPermissionGrant"));

pub(crate) const READ: Operation = Operation::read(
    Tag::ExternalPermissions,
    "getExternalPermission",
    "Read an external permission",
)
.evidence(Evidence::Observed)
.returns(200, SuccessBody::One("ExternalPermission"));
