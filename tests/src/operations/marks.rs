//! Marks: words that occur only in the callers' input and the server's responses.

use serde_json::{Value, json};

/// Part of each secret and of all personal data. It must not occur in `Debug`, errors or logs.
pub const SECRET: &str = "zqx";
/// Part of each name that is not secret, such as a namespace code. It must not occur in errors or
/// logs.
pub const NAME: &str = "zqn";

/// Identifier of the API client.
pub const CLIENT_ID: &str = "zqx-client-id";
/// Secret of the API client.
pub const CLIENT_SECRET: &str = "zqx-client-secret";

/// Namespace of all users.
pub const NAMESPACE: &str = "zqn-home";
/// Namespace that users are moved to.
pub const TARGET: &str = "zqn-target";
/// Initial password of users.
pub const PASSWORD: &str = "Zqx-password-1";
/// Primary mobile number.
pub const MOBILE: &str = "+358zqx1";
/// Primary e-mail address.
pub const EMAIL: &str = "zqx-first@zqx.example";

/// Returns a user with a mark in each field; `number` makes unique fields unique.
pub fn person(number: usize) -> Value {
    json!({
        "username": format!("zqx-username-{number}"),
        "nsCode": NAMESPACE,
        "memberOf": ["zqn-group"],
        "name": {
            "givenName": "zqx-given", "middleName": "zqx-middle", "familyName": "zqx-family",
        },
        "emails": [
            {"name": "zqx-email-name", "address": EMAIL, "tags": ["zqx-email-tag"]},
            {"address": "zqx-second@zqx.example"},
        ],
        "mobiles": [
            {"name": "zqx-mobile-name", "number": MOBILE, "tags": ["zqx-mobile-tag"]},
            {"number": "+358zqx2"},
        ],
        "addresses": [address()],
        "consents": {"marketingEmail": true, "zqn-consent": "zqx-consent-value"},
        "locale": "zqx-locale",
        "preferredLanguage": "zqx-locale",
        "timeZone": "zqx-time-zone",
        "nickName": format!("zqx-nick-{number}"),
        "screenName": "zqx-screen",
        "websiteMain": "https://zqx.example/main",
        "websiteAux": "https://zqx.example/aux",
        "domicileCode": "zqx-domicile",
        "domicileClasses": ["zqx-domicile-class"],
        "dateOfBirth": "zqx-born",
        "gender": "zqx-gender",
        "nationality": "zqx-nationality",
        "salutation": "zqx-salutation",
        "title": "zqx-title",
        "birthFirstName": "zqx-birth-first",
        "birthMiddleName": "zqx-birth-middle",
        "birthLastName": "zqx-birth-last",
        "place_of_birth": {
            "country": "zqx-birth-country", "locality": "zqx-birth-town",
            "region": "zqx-birth-region",
        },
        "tags": ["zqx-tag"],
        "customFields": {"zqn-field": "zqx-custom", "zqn-nested": {"zqx-key": ["zqx-deep"]}},
        "zqn-unknown": {"zqx-unknown-key": "zqx-unknown-value"},
    })
}

/// An address with a mark in each field.
pub fn address() -> Value {
    json!({
        "addressName": "zqx-address-name", "name": "zqx-recipient", "country": "zqx-country",
        "locality": "zqx-locality", "region": "zqx-region", "postalCode": "zqx-postal",
        "streetAddress": "zqx-street", "organisation": "zqx-organization",
        "source": "zqx-source", "language": "zqx-language", "tags": ["zqx-address-tag"],
    })
}
