//! Rules under which the sandbox is checked.

/// Rules that differ from the defaults, and who sends the requests.
pub(super) struct RuleSet {
    pub(super) name: &'static str,
    pub(super) caller: Caller,
    /// Values of the option `--rule`.
    pub(super) rules: &'static [&'static str],
}

/// The credentials of the requests.
#[derive(Clone, Copy)]
pub(super) enum Caller {
    /// The Management API client, with Basic authentication.
    Client,
    /// The operator, with Basic authentication.
    User,
    /// The operator, with an access token.
    Token,
}

impl Caller {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
            Self::Token => "token",
        }
    }
}

pub(super) const RULE_SETS: [RuleSet; 5] = [
    RuleSet { name: "defaults", caller: Caller::Client, rules: &[] },
    RuleSet {
        name: "strict",
        caller: Caller::User,
        rules: &[
            "count-over-limit-refused=on",
            "foreign-namespace-hidden=on",
            "legal-missing-is-404=on",
            "password-in-put-refused=on",
            "password-required=on",
            "strong-identification-missing-is-404=on",
            "username-required=on",
            "wrong-code-consumes=on",
        ],
    },
    RuleSet {
        name: "tolerant",
        caller: Caller::User,
        rules: &[
            "client-may-verify=on",
            "contacts-checked=off",
            "create-aliases=off",
            "create-checks-password=off",
            "customer-group-info-read-only=off",
            "self-may-grant=on",
            "unknown-choices-refused=off",
            "unknown-fields-kept=off",
        ],
    },
    RuleSet {
        name: "replacing",
        caller: Caller::Client,
        rules: &[
            "custom-field-nulls-clear=on",
            "custom-fields-post-echoes=off",
            "namespace-delete-cascades=on",
            "nested-objects-merge=on",
            "page-numbers-always=on",
            "put-replaces=on",
            "soft-delete=on",
            "verified-survives-put=off",
        ],
    },
    RuleSet {
        name: "tokens",
        caller: Caller::Token,
        rules: &[
            "basic-user-names=off",
            "client-credentials-api=off",
            "filter-case-sensitive=off",
            "namespace-change-refused=off",
            "null-ignored=on",
            "page-total-omitted=on",
            "scopes-enforced=on",
            "start-index-ignored=on",
        ],
    },
];
