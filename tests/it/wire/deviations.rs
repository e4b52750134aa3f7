//! Where ours sends something else than the vendor's SDK, and why.

/// What is done to a recorded request to make it ours.
#[derive(Debug)]
pub(super) enum Change {
    /// Members that are `null`, and objects of nothing but such members, are not sent.
    NoNulls,
    /// A member of the body with just this value is not sent.
    Without { pointer: &'static str, value: &'static str },
    /// What was given as one segment stays one.
    OneSegment { path: &'static str },
    /// The same filter in other words.
    FilterText { text: &'static str },
    /// The vendor's SDK cannot send it; these are its documented requests.
    Documented { requests: &'static str },
}

const fn without(pointer: &'static str, value: &'static str) -> Change {
    Change::Without { pointer, value }
}

/// Entry of the record, what differs, and why.
pub(super) const DEVIATIONS: &[(&str, Change, &str)] = &[
    (
        "get_all_and_filter",
        Change::FilterText { text: r#"nsCode eq "x" and email pr"# },
        "the vendor's double spaces and outer parentheses mean nothing",
    ),
    (
        "get_all_bool_int",
        Change::FilterText { text: "locked eq true or n gt 3" },
        "the vendor's double spaces and outer parentheses mean nothing",
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
        "the vendor's SDK admits a list and then fails on it",
    ),
    (
        "get_weird_id",
        Change::OneSegment { path: "/api/rest/v1/user/a%2F..%2Fb%3Fx%3D1" },
        "an identifier never changes the path",
    ),
    ("update", Change::NoNulls, UNSET),
    ("update", without("/emails", "[]"), NOT_EMPTIED),
    ("update", without("/mobiles", "[]"), NOT_EMPTIED),
    ("update", without("/addresses", "[]"), NOT_EMPTIED),
    ("update", without("/consents", NO_CONSENTS), NOT_REVOKED),
    ("update", without("/memberOf", "[]"), NOT_EMPTIED),
    ("update", without("/locked", "false"), "an update by hand must not unlock an account"),
    ("update", without("/minor", "false"), "an update by hand must not make a minor of age"),
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

const UNSET: &str = "what was not set is not sent";
const NOT_EMPTIED: &str = "an update by hand must not empty a list";
const NOT_REVOKED: &str = "what was not asked for is no refusal";
const POLICY: &str = "an expiration that is not given is the policy's to decide";

const NO_CONSENTS: &str = r#"{
    "marketingPost": false, "marketingEmail": false, "marketingPhone": false,
    "marketingMobileMessage": false, "marketingPushNotification": false, "marketingOther": false,
    "locationing": false, "profiling": false
}"#;
