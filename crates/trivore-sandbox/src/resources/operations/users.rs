//! Users: list, create, read, update, delete, migrate, invite.

use super::listing::{DUPLICATE, LIST};
use crate::api::operation::{ErrorCase, Evidence, Operation, Safety, SuccessBody, Tag};

pub(crate) const LIST_USERS: Operation = Operation::read(Tag::Users, "getUsers", "List users")
    .notes("Lists the users of all namespaces to which the caller has access.")
    .query(LIST)
    .returns(200, SuccessBody::Page("User"));

pub(crate) const CREATE: Operation =
    Operation::new(Safety::NotIdempotent, Tag::Users, "postNewUser", "Create a user")
        .notes(
            "Without `nsCode`, the user is created in the primary namespace of the caller. Unless \
             the policy of the namespace is `MANUAL`, the username may be missing and is then \
             generated. A name in `memberOf` that no group has creates a group. The password must \
             meet the policy of the namespace.",
        )
        .body("UserCreate")
        .returns(201, SuccessBody::One("User"))
        .errors(&[NAME_TAKEN]);

pub(crate) const READ: Operation =
    Operation::read(Tag::Users, "getUser", "Read a user").returns(200, SuccessBody::One("User"));

pub(crate) const UPDATE: Operation =
    Operation::new(Safety::Idempotent, Tag::Users, "replaceUser", "Update a user")
        .notes(
            "Fields that are missing are unchanged (inferred, rule `put-replaces`), `null` clears \
             a field (inferred, rule `null-ignored`), and a list replaces the whole list. \
             Read-only fields are ignored.",
        )
        .body("UserUpdate")
        .returns(200, SuccessBody::One("User"))
        .errors(&[DUPLICATE]);

pub(crate) const DELETE: Operation =
    Operation::new(Safety::Idempotent, Tag::Users, "deleteUser", "Delete a user")
        .notes(
            "Depending on the policy of the namespace and the rule `soft-delete`, the user is \
             only marked as deleted.",
        )
        .returns(204, SuccessBody::Nothing);

pub(crate) const MIGRATE: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Users,
    "migrateUserNamespace",
    "Move a user to another namespace",
)
.notes("The original user is deleted, and a new one is created in the other namespace.")
.body("NamespaceMigrationOptions")
.returns(200, SuccessBody::One("User"))
.errors(&[NAME_TAKEN]);

pub(crate) const READ_PROFILE: Operation =
    Operation::read(Tag::Users, "getUserProfile", "Read the profile of a user")
        .notes("Only for tokens and credentials of users, not for API clients.")
        .returns(200, SuccessBody::One("Profile"));

pub(crate) const UPDATE_PROFILE: Operation = Operation::new(
    Safety::Idempotent,
    Tag::Users,
    "updateUserProfile",
    "Update the profile of a user",
)
.notes(
    "Only for tokens and credentials of users, not for API clients. Fields that are missing are \
     unchanged.",
)
.body("ProfileUpdate")
.returns(200, SuccessBody::One("Profile"))
.errors(&[DUPLICATE]);

pub(crate) const INVITE: Operation =
    Operation::new(Safety::NotIdempotent, Tag::Invitations, "inviteUser", "Invite users")
        .notes(
            "Each address receives one e-mail, whose link creates the account. Names in `groups` \
             that are unknown create groups. Users cannot invite into a group with permissions \
             that they do not have. The body of the response is undocumented; the sandbox returns \
             an empty object.",
        )
        .body("Invite")
        .returns(200, SuccessBody::One("InviteResult"));

pub(crate) const GROUP_MEMBERSHIP: Operation =
    Operation::read(Tag::Users, "getUserGroupMembership", "List the groups of a user")
        .evidence(Evidence::Observed)
        .returns(200, SuccessBody::List("GroupMembership"));

const NAME_TAKEN: ErrorCase = ErrorCase::new(
    409,
    "The username or nickname is taken (rule `duplicates-conflict`), or the namespace has no free \
     username left.",
    |_| true,
);
