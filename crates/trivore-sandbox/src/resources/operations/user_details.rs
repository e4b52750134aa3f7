//! What belongs to a user: legal, enterprise and student data, custom fields, password, strong
//! identification.

use super::listing::LIST;
use crate::api::operation::{Operation, Safety, SuccessBody, Tag};

pub(crate) const READ_LEGAL: Operation =
    Operation::read(Tag::Users, "getUserLegalInfo", "Read the legal information of a user")
        .notes(
            "From governmental sources only. For a user who has none, the response is an empty \
             object (inferred, rule `legal-missing-is-404`).",
        )
        .returns(200, SuccessBody::One("LegalInfo"));

pub(crate) const READ_ENTERPRISE: Operation =
    Operation::read(Tag::Users, "getUserEnterprise", "Read the enterprise data of a user")
        .returns(200, SuccessBody::One("Enterprise"));

pub(crate) const UPDATE_ENTERPRISE: Operation = Operation::new(
    Safety::Idempotent,
    Tag::Users,
    "updateUserEnterprise",
    "Update the enterprise data of a user",
)
.body("EnterpriseUpdate")
.returns(200, SuccessBody::One("Enterprise"));

pub(crate) const READ_CUSTOM_FIELDS: Operation =
    Operation::read(Tag::Users, "getUserCustomFields", "Read the custom fields of a user")
        .returns(200, SuccessBody::One("CustomFields"));

pub(crate) const UPDATE_CUSTOM_FIELDS: Operation = Operation::new(
    Safety::Idempotent,
    Tag::Users,
    "updateUserCustomFields",
    "Set some custom fields of a user",
)
.notes(
    "The other fields are unchanged. The response is undocumented; the sandbox returns all custom \
     fields (inferred, rule `custom-fields-post-echoes`).",
)
.body("CustomFieldsUpdate")
.returns(200, SuccessBody::One("CustomFields"));

pub(crate) const DELETE_CUSTOM_FIELDS: Operation = Operation::new(
    Safety::Idempotent,
    Tag::Users,
    "deleteUserCustomFields",
    "Delete all custom fields of a user",
)
.returns(204, SuccessBody::Nothing);

pub(crate) const READ_STUDENT_STATE: Operation =
    Operation::read(Tag::Users, "getUserStudentState", "Read the student state of a user")
        .returns(200, SuccessBody::One("StudentState"));

pub(crate) const UPDATE_STUDENT_STATE: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Users,
    "updateUserStudentState",
    "Set the student state of a user",
)
.notes("Each call sets `updated`.")
.body("StudentStateUpdate")
.returns(200, SuccessBody::One("StudentState"));

pub(crate) const READ_PASSWORD_REQUIREMENTS: Operation = Operation::read(
    Tag::Passwords,
    "getUserPasswordRequirements",
    "Read what a new password of a user must be",
)
.returns(200, SuccessBody::One("PasswordRequirements"));

pub(crate) const UPDATE_PASSWORD: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Passwords,
    "changeUserPassword",
    "Change the password of a user",
)
.notes(
    "A password that violates the policy is reported with status 200 and `success: false` \
     (observed).",
)
.body("PasswordChange")
.returns(200, SuccessBody::One("PasswordUpdateResult"));

pub(crate) const READ_IDENTIFICATION: Operation = Operation::read(
    Tag::StrongIdentification,
    "getUserStrongIdentification",
    "Read the latest strong identification of a user",
)
.notes(
    "Without the permission `ACCOUNT_VIEW_PERSONAL_ID`, `personalId` is `***`. For a user who was \
     never identified, the response is `{\"identified\": false}` (inferred, rule \
     `strong-identification-missing-is-404`).",
)
.returns(200, SuccessBody::One("StrongIdentification"));

pub(crate) const REPORT_IDENTIFICATION: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::StrongIdentification,
    "reportUserStrongIdentification",
    "Report a strong identification of a user",
)
.body("NewStrongIdentification")
.returns(200, SuccessBody::One("StrongIdentification"));

pub(crate) const LIST_IDENTIFICATIONS: Operation = Operation::read(
    Tag::StrongIdentification,
    "getUserStrongIdentificationHistory",
    "List the strong identifications of a user",
)
.query(LIST)
.returns(200, SuccessBody::Page("StrongIdentification"));

pub(crate) const READ_IDENTIFICATION_ENTRY: Operation = Operation::read(
    Tag::StrongIdentification,
    "getUserStrongIdentificationEntry",
    "Read one strong identification of a user",
)
.returns(200, SuccessBody::One("StrongIdentification"));

pub(crate) const START_IDENTIFICATION: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::StrongIdentification,
    "startUserStrongIdentification",
    "Start a strong identification in the browser",
)
.notes(
    "The names of the members of the request and the response are inferred. The sandbox serves no \
     page at the returned URL.",
)
.body("InteractiveStrongIdentification")
.returns(200, SuccessBody::One("InteractiveStrongIdentificationStart"));
