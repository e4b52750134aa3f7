//! Deviations from the requests of the vendor's SDK, with reasons.

/// A change that turns a recorded request into the request of this SDK.
#[derive(Debug)]
pub(super) enum Change {
    /// Members that are `null`, and objects with only such members, are not sent.
    NoNulls,
    /// A member of the body with this value is not sent.
    Without { pointer: &'static str, value: &'static str },
    /// A value that was given as one path segment remains one segment.
    OneSegment { path: &'static str },
    /// The filter is written differently, with the same meaning.
    FilterText { text: &'static str },
    /// The vendor's SDK cannot send the request; these are the documented requests.
    Documented { requests: &'static str },
}

const fn without(pointer: &'static str, value: &'static str) -> Change {
    Change::Without { pointer, value }
}

/// Entry of the record, change, and reason.
pub(super) const DEVIATIONS: &[(&str, Change, &str)] = &[
    (
        "get_all_and_filter",
        Change::FilterText { text: r#"nsCode eq "x" and email pr"# },
        "the vendor's double spaces and outer parentheses have no meaning",
    ),
    (
        "get_all_bool_int",
        Change::FilterText { text: "locked eq true or n gt 3" },
        "the vendor's double spaces and outer parentheses have no meaning",
    ),
    ("create", Change::NoNulls, UNSET),
    ("create", without("/mobiles", "[]"), UNSET),
    ("create", without("/addresses", "[]"), UNSET),
    ("create", without("/consents", NO_CONSENTS), NOT_REVOKED),
    ("create", without("/locked", "false"), UNSET),
    ("create", without("/minor", "false"), UNSET),
    ("create", without("/domicileClasses", "[]"), UNSET),
    ("create", without("/tags", "[]"), UNSET),
    (
        "create_list",
        Change::Documented {
            requests: r#"[
                {
                    "method": "POST", "path": "/api/rest/v1/user",
                    "headers": {
                        "authorization": "Basic aWQ6c2VjcmV0", "content-type": "application/json"
                    },
                    "body": {"nsCode": "testsdk", "password": "pw1"}
                },
                {
                    "method": "POST", "path": "/api/rest/v1/user",
                    "headers": {
                        "authorization": "Basic aWQ6c2VjcmV0", "content-type": "application/json"
                    },
                    "body": {"nsCode": "testsdk", "password": "pw2"}
                }
            ]"#,
        },
        "the vendor's SDK accepts a list and then fails",
    ),
    (
        "get_weird_id",
        Change::OneSegment { path: "/api/rest/v1/user/a%2F..%2Fb%3Fx%3D1" },
        "an identifier never changes the path",
    ),
    ("update", Change::NoNulls, UNSET),
    ("update", without("/id", r#""5d0000000000000000000001""#), READ_ONLY),
    ("update", without("/emails", "[]"), NOT_EMPTIED),
    ("update", without("/mobiles", "[]"), NOT_EMPTIED),
    ("update", without("/addresses", "[]"), NOT_EMPTIED),
    ("update", without("/consents", NO_CONSENTS), NOT_REVOKED),
    ("update", without("/memberOf", "[]"), NOT_EMPTIED),
    ("update", without("/locked", "false"), "a manual update must not unlock an account"),
    ("update", without("/minor", "false"), "a manual update must not clear `minor`"),
    ("update", without("/domicileClasses", "[]"), NOT_EMPTIED),
    ("update", without("/tags", "[]"), NOT_EMPTIED),
    ("verify_email", without("/expirationDays", "1"), POLICY),
    ("verify_sms_link", without("/expirationDays", "7"), POLICY),
    ("update_enterprise", Change::NoNulls, UNSET),
    (
        "get_strong_identification_history",
        Change::Documented {
            requests: r#"[{
                "method": "GET",
                "path": "/api/rest/v1/user/5d0000000000000000000001/strongidentification/history",
                "query": [
                    ["filter", "method eq \"SUOMI_FI\""], ["startIndex", "0"], ["count", "100"],
                    ["sortBy", "time"], ["ascending", "descending"]
                ],
                "headers": {"authorization": "Basic aWQ6c2VjcmV0"}
            }]"#,
        },
        "the vendor's SDK reads an attribute that does not exist",
    ),
    (
        "get_strong_identification_history_entry",
        Change::Documented {
            requests: r#"[{
                "method": "GET",
                "path": "/api/rest/v1/user/5d0000000000000000000001/strongidentification/history/e1",
                "headers": {"authorization": "Basic aWQ6c2VjcmV0"}
            }]"#,
        },
        "the vendor's SDK reads an attribute that does not exist",
    ),
    ("update_builtin_roles", Change::NoNulls, UNSET),
    ("update_custom_roles", Change::NoNulls, UNSET),
    ("migrate_namespace", Change::NoNulls, UNSET),
    ("update_student_state", Change::NoNulls, UNSET),
];

const UNSET: &str = "unset values are not sent";
const NOT_EMPTIED: &str = "a manual update must not clear a list";
const NOT_REVOKED: &str = "an unset consent is not a revoked one";
const READ_ONLY: &str = "read-only fields are not sent";
const POLICY: &str = "without an expiration, the policy applies";

const NO_CONSENTS: &str = r#"{
    "marketingPost": false, "marketingEmail": false, "marketingPhone": false,
    "marketingMobileMessage": false, "marketingPushNotification": false, "marketingOther": false,
    "locationing": false, "profiling": false
}"#;
