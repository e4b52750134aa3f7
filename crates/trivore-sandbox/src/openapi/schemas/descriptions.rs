//! Descriptions of fields that the models do not have.

use serde_json::Value;

use super::by_name::Schemas;

/// Describes the fields of requests and responses that have no description yet.
pub(super) fn describe_rest(schemas: &mut Schemas) {
    for (object, fields) in DESCRIPTIONS {
        let names = ["", "Create", "Update", "Input"].map(|suffix| format!("{object}{suffix}"));
        for name in names {
            let Some(schema) = schemas.get_mut(&name).and_then(Value::as_object_mut) else {
                continue;
            };
            let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
            for (name, property) in properties.into_iter().flatten() {
                let text = fields.iter().find(|(field, _)| field == name);
                if let (Some((_, text)), Some(property)) = (text, property.as_object_mut()) {
                    property.entry("description").or_insert_with(|| (*text).into());
                }
            }
            let text = fields.iter().find(|(field, _)| field.is_empty());
            if let Some((_, text)) = text {
                schema.entry("description").or_insert_with(|| (*text).into());
            }
        }
    }
}

/// Texts by object and field; the one without a field is that of the object.
const DESCRIPTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "BuiltinRole",
        &[
            ("id", "Identifier."),
            ("name", "Name that people read."),
            ("permissions", "Permissions of users who have the role."),
        ],
    ),
    (
        "CustomRole",
        &[
            ("", "A role that a namespace defines."),
            ("id", "Identifier."),
            ("memberOf", "Groups whose members have the role, by identifier."),
            ("meta", "Times of creation and last change; read-only."),
            ("name", "Name that people read."),
            ("nsCode", "Namespace of the role; it cannot be changed."),
            ("permissions", "Permissions of users who have the role."),
        ],
    ),
    (
        "Group",
        &[
            ("", "A group of users and groups."),
            ("customFields", "Fields that the installation defines."),
            ("description", "Description that people read."),
            ("disallowContacts", "Whether contacts cannot be members."),
            ("disallowGroups", "Whether groups cannot be members."),
            ("disallowUsers", "Whether users cannot be members."),
            ("id", "Identifier."),
            ("memberOf", "Groups of which this one is a member, by identifier."),
            ("meta", "Times of creation and last change; read-only."),
            ("name", "Name, unique in the namespace."),
            ("nsCode", "Namespace of the group; it cannot be changed."),
        ],
    ),
    (
        "GroupPolicy",
        &[
            ("", "What applies to all users of a namespace."),
            ("deleteMode", "Whether a deleted user is removed or only marked."),
            ("emailLoginAllowed", "Whether users sign in by e-mail address, too."),
            ("emailVerificationUnlocksUser", "Whether verifying an e-mail address unlocks a user."),
            ("emailVerifyLinkExpireDays", "Days for which a verification link works."),
            ("hideOnSoftDelete", "Whether users that are marked as deleted are hidden."),
            (
                "incorrectLoginAttemptsThresh",
                "Number of incorrect passwords after which a user is locked out; 0 for no limit.",
            ),
            ("incorrectLoginLockoutTime", "Seconds for which a user is locked out."),
            ("incorrectLoginTimeWin", "Seconds within which incorrect passwords are counted."),
            ("maxConsecutiveIdenticalChars", "Longest repetition of a character in a password."),
            ("maxPwSequenceLength", "Longest sequence, such as `abc` or `123`, in a password."),
            ("minCharClasses", "Number of character classes that a password has at least."),
            ("minPwLength", "Number of characters that a password has at least."),
            ("mobileLoginAllowed", "Whether users sign in by mobile number, too."),
            (
                "mobileVerificationAttemptsPerDay",
                "E-mails of a user, texts of a user, and messages to an address or number for \
                 verification in 24 hours.",
            ),
            ("passwordDictionaryRuleEnforced", "Whether common passwords are rejected."),
            ("passwordUserNameRuleEnforced", "Whether a password cannot contain the username."),
            ("pwHistorySaved", "Number of earlier passwords that cannot be used again."),
            ("pwMaxAge", "Age at which a password must be changed; the sandbox only stores it."),
        ],
    ),
    (
        "InteractiveStrongIdentification",
        &[
            ("failureRedirectUri", "Where the browser is sent after a failure."),
            ("successRedirectUri", "Where the browser is sent after a success."),
        ],
    ),
    ("InteractiveStrongIdentificationStart", &[("url", "Where to send the browser.")]),
    (
        "Namespace",
        &[
            ("", "A namespace, with users, groups, roles and policies of its own."),
            (
                "authorisationRestrictedMode",
                "Stored by the sandbox; its meaning is not documented.",
            ),
            ("code", "Code by which other objects name the namespace; permanent and unique."),
            (
                "commMethodMaxQty",
                "Largest number of e-mail addresses, and of mobile numbers, of a user.",
            ),
            ("defaultGroupPolicy", "What applies to all users of the namespace."),
            ("duplicateNicknamesAllowed", "Whether several users may have the same nickname."),
            ("id", "Identifier."),
            ("meta", "Times of creation and last change; read-only."),
            ("name", "Name that people read; by default the code."),
            ("shortName", "Short name that people read; by default the code."),
            ("smsSettings", "Settings of text messages."),
            ("usernamePolicy", "How usernames are generated; with `MANUAL`, clients choose them."),
            ("validFrom", "Start of validity; by default the time of creation."),
            ("validTo", "End of validity."),
        ],
    ),
    (
        "Permission",
        &[
            ("dependencies", "Permissions that are part of this one."),
            ("groupId", "Group of permissions in which people find it."),
            ("id", "Identifier."),
            ("name", "Name that people read."),
        ],
    ),
    ("Profile", &[("preferredLanguage", "The same as `locale`.")]),
    (
        "SmsLinkVerification",
        &[
            ("emailTemplateId", "Has no effect on text messages."),
            ("emailTemplateProperties", "Has no effect on text messages."),
        ],
    ),
    (
        "SmsSettings",
        &[
            ("", "Settings of text messages, which the sandbox only stores."),
            ("customEnabled", "Whether the namespace has settings of its own."),
            ("defaultOriginator", "Sender of text messages."),
            ("defaultRegion", "Region of numbers without a country code."),
            ("enabled", "Whether text messages are sent."),
        ],
    ),
    ("User", &[("legalDomicileCode", "Municipality code in official registers.")]),
];
