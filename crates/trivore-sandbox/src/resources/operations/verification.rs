//! Verification of e-mail addresses and mobile numbers.

use serde_json::json;

use crate::api::operation::{
    ErrorCase, Evidence, Operation, QueryParameter, Safety, SuccessBody, Tag,
};

pub(crate) const SEND_EMAIL: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Verification,
    "sendEmailVerification",
    "Send a verification link to an e-mail address",
)
.notes("Without `value`, the primary address is verified, the first of `emails`.")
.optional_body("EmailVerification")
.returns(204, SuccessBody::Nothing)
.errors(&[TOO_MANY]);

pub(crate) const SEND_CODE: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Verification,
    "sendSmsVerificationCode",
    "Send a verification code to a mobile number",
)
.query(&[QueryParameter {
    name: "mobile",
    description: "Number of the user to verify; without it the primary one, the first of \
                  `mobiles`.",
    evidence: Evidence::Documented,
    schema: |_| json!({"type": "string"}),
    example: "+358401234567",
}])
.returns(204, SuccessBody::Nothing)
.errors(&[TOO_MANY]);

pub(crate) const CHECK_CODE: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Verification,
    "checkSmsVerificationCode",
    "Check a code that was sent to a mobile number",
)
.notes("The code works once.")
.returns(200, SuccessBody::Nothing)
.errors(&[ErrorCase::new(
    404,
    "There is no such user, no pending code, or the code is wrong.",
    |_| true,
)
.documented()]);

pub(crate) const SEND_SMS_LINK: Operation = Operation::new(
    Safety::NotIdempotent,
    Tag::Verification,
    "sendSmsVerificationLink",
    "Send a verification link to a mobile number",
)
.notes("Without `value`, the primary number is verified, the first of `mobiles`.")
.optional_body("SmsLinkVerification")
.returns(204, SuccessBody::Nothing)
.errors(&[TOO_MANY]);

const TOO_MANY: ErrorCase = ErrorCase::new(
    429,
    "Too many verification messages in a day (inferred, rule `sms-limit-is-429`).",
    |rules| rules.sms_limit_is_429,
);
