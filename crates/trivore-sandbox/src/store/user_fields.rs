//! Known fields of a user document.

use crate::values::field_types::{FieldType, Fields};

/// Fields of a user.
pub(crate) const USER: Fields = &[
    ("id", FieldType::Text),
    ("username", FieldType::Text),
    ("password", FieldType::Text),
    ("userAccountType", FieldType::Choice(&["PERSON", "LEGAL_ENTITY"])),
    ("nsCode", FieldType::Text),
    ("memberOf", FieldType::Texts),
    ("name", FieldType::Object(NAMES)),
    ("email", FieldType::Text),
    ("emails", FieldType::Objects(EMAIL)),
    ("mobiles", FieldType::Objects(MOBILE)),
    ("addresses", FieldType::Objects(ADDRESS)),
    ("consents", FieldType::Object(CONSENTS)),
    ("locale", FieldType::Text),
    ("preferredLanguage", FieldType::Text),
    ("timeZone", FieldType::Text),
    ("mfaMethod", FieldType::Choice(&["TOTP", "SMS", "EMAIL", "NONE"])),
    ("nickName", FieldType::Text),
    ("locked", FieldType::Flag),
    ("minor", FieldType::Flag),
    ("websiteMain", FieldType::Text),
    ("websiteAux", FieldType::Text),
    ("domicileCode", FieldType::Text),
    ("domicileClasses", FieldType::Texts),
    ("dateOfBirth", FieldType::Text),
    ("strongIdentification", FieldType::Any),
    ("customerGroupInfo", FieldType::Map),
    ("meta", FieldType::Any),
    ("gender", FieldType::Text),
    ("sex", FieldType::Choice(&["FEMALE", "MALE", "OTHER", "UNDISCLOSED"])),
    ("nationality", FieldType::Text),
    ("salutation", FieldType::Text),
    ("title", FieldType::Text),
    ("birthFirstName", FieldType::Text),
    ("birthMiddleName", FieldType::Text),
    ("birthLastName", FieldType::Text),
    (
        "place_of_birth",
        FieldType::Object(&[
            ("country", FieldType::Text),
            ("locality", FieldType::Text),
            ("region", FieldType::Text),
        ]),
    ),
    ("tags", FieldType::Texts),
    ("customFields", FieldType::Map),
    ("screenName", FieldType::Text),
    ("legalDomicileCode", FieldType::Text),
];

/// Names of a user that a new one may have, beside those of the other documentation.
pub(crate) const ALIASES: Fields =
    &[("email", FieldType::Text), ("names", FieldType::Object(NAMES))];

const NAMES: Fields = &[
    ("givenName", FieldType::Text),
    ("middleName", FieldType::Text),
    ("familyName", FieldType::Text),
];

const EMAIL: Fields = &[
    ("name", FieldType::Text),
    ("address", FieldType::Text),
    ("verified", FieldType::Flag),
    ("verifiedBy", FieldType::Text),
    ("verifiedDateTime", FieldType::Text),
    ("tags", FieldType::Texts),
];

const MOBILE: Fields = &[
    ("name", FieldType::Text),
    ("number", FieldType::Text),
    ("verified", FieldType::Flag),
    ("tags", FieldType::Texts),
];

pub(crate) const ADDRESS: Fields = &[
    ("addressName", FieldType::Text),
    ("name", FieldType::Text),
    ("country", FieldType::Text),
    ("locality", FieldType::Text),
    ("region", FieldType::Text),
    ("postalCode", FieldType::Text),
    ("streetAddress", FieldType::Text),
    ("organisation", FieldType::Text),
    ("source", FieldType::Text),
    ("type", FieldType::Choice(&["PERMANENT", "TEMPORARY"])),
    ("verified", FieldType::Flag),
    ("language", FieldType::Text),
    ("from", FieldType::Text),
    ("until", FieldType::Text),
    ("tags", FieldType::Texts),
    ("id", FieldType::Text),
];

const CONSENTS: Fields = &[
    ("marketingPost", FieldType::Flag),
    ("marketingEmail", FieldType::Flag),
    ("marketingPhone", FieldType::Flag),
    ("marketingMobileMessage", FieldType::Flag),
    ("marketingPushNotification", FieldType::Flag),
    ("marketingOther", FieldType::Flag),
    ("locationing", FieldType::Flag),
    ("profiling", FieldType::Flag),
];
