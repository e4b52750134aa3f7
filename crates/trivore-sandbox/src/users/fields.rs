//! Known fields of a user document.

use crate::shape::{Fields, Kind};

/// Fields of a user.
pub(crate) const USER: Fields = &[
    ("id", Kind::Text),
    ("username", Kind::Text),
    ("password", Kind::Text),
    ("userAccountType", Kind::Choice(&["PERSON", "LEGAL_ENTITY"])),
    ("nsCode", Kind::Text),
    ("memberOf", Kind::Texts),
    ("name", Kind::Object(NAMES)),
    ("email", Kind::Text),
    ("emails", Kind::Objects(EMAIL)),
    ("mobiles", Kind::Objects(MOBILE)),
    ("addresses", Kind::Objects(ADDRESS)),
    ("consents", Kind::Object(CONSENTS)),
    ("locale", Kind::Text),
    ("preferredLanguage", Kind::Text),
    ("timeZone", Kind::Text),
    ("mfaMethod", Kind::Choice(&["TOTP", "SMS", "EMAIL", "NONE"])),
    ("nickName", Kind::Text),
    ("locked", Kind::Flag),
    ("minor", Kind::Flag),
    ("websiteMain", Kind::Text),
    ("websiteAux", Kind::Text),
    ("domicileCode", Kind::Text),
    ("domicileClasses", Kind::Texts),
    ("dateOfBirth", Kind::Text),
    ("strongIdentification", Kind::Any),
    ("customerGroupInfo", Kind::Map),
    ("meta", Kind::Any),
    ("gender", Kind::Text),
    ("sex", Kind::Choice(&["FEMALE", "MALE", "OTHER", "UNDISCLOSED"])),
    ("nationality", Kind::Text),
    ("salutation", Kind::Text),
    ("title", Kind::Text),
    ("birthFirstName", Kind::Text),
    ("birthMiddleName", Kind::Text),
    ("birthLastName", Kind::Text),
    (
        "place_of_birth",
        Kind::Object(&[("country", Kind::Text), ("locality", Kind::Text), ("region", Kind::Text)]),
    ),
    ("tags", Kind::Texts),
    ("customFields", Kind::Map),
    ("screenName", Kind::Text),
    ("legalDomicileCode", Kind::Text),
];

const NAMES: Fields =
    &[("givenName", Kind::Text), ("middleName", Kind::Text), ("familyName", Kind::Text)];

const EMAIL: Fields = &[
    ("name", Kind::Text),
    ("address", Kind::Text),
    ("verified", Kind::Flag),
    ("verifiedBy", Kind::Text),
    ("verifiedDateTime", Kind::Text),
    ("tags", Kind::Texts),
];

const MOBILE: Fields = &[
    ("name", Kind::Text),
    ("number", Kind::Text),
    ("verified", Kind::Flag),
    ("tags", Kind::Texts),
];

pub(crate) const ADDRESS: Fields = &[
    ("addressName", Kind::Text),
    ("name", Kind::Text),
    ("country", Kind::Text),
    ("locality", Kind::Text),
    ("region", Kind::Text),
    ("postalCode", Kind::Text),
    ("streetAddress", Kind::Text),
    ("organisation", Kind::Text),
    ("source", Kind::Text),
    ("type", Kind::Choice(&["PERMANENT", "TEMPORARY"])),
    ("verified", Kind::Flag),
    ("language", Kind::Text),
    ("from", Kind::Text),
    ("until", Kind::Text),
    ("tags", Kind::Texts),
    ("id", Kind::Text),
];

const CONSENTS: Fields = &[
    ("marketingPost", Kind::Flag),
    ("marketingEmail", Kind::Flag),
    ("marketingPhone", Kind::Flag),
    ("marketingMobileMessage", Kind::Flag),
    ("marketingPushNotification", Kind::Flag),
    ("marketingOther", Kind::Flag),
    ("locationing", Kind::Flag),
    ("profiling", Kind::Flag),
];
