//! Samples of the user and of its parts.

use serde_json::{Value, json};
use trivore::models::{
    Address, Consents, CustomerGroupInfo, EmailAddress, Meta, Mobile, Names, PlaceOfBirth, User,
};
use trivore_tests::Model;

use super::strong_identification::sample as strong_identification;

pub(super) const MODELS: &[Model] = &[
    Model::new::<User>(user).shows(&["id", "nsCode", "userAccountType", "mfaMethod", "memberOf"]),
    Model::new::<Names>(names),
    Model::new::<EmailAddress>(email).shows(&["verifiedDateTime"]),
    Model::new::<Mobile>(mobile),
    Model::new::<Address>(address).shows(&["id", "type"]),
    Model::new::<Consents>(consents),
    Model::new::<CustomerGroupInfo>(customer_groups),
    Model::new::<PlaceOfBirth>(birth),
    Model::new::<Meta>(meta).shows(&["created", "lastModified", "location"]),
];

/// A user with a value of each field.
pub(super) fn full_user() -> User {
    serde_json::from_value(user()).unwrap()
}

fn user() -> Value {
    json!({
        "id": "5b0cfba4e2bb230ff8b535e6", "username": "u", "password": "p",
        "userAccountType": "LEGAL_ENTITY", "nsCode": "n", "memberOf": ["g"], "name": names(),
        "email": "a@b.c", "emails": [email()], "mobiles": [mobile()], "addresses": [address()],
        "consents": consents(), "locale": "fi", "preferredLanguage": "fi", "timeZone": "t",
        "mfaMethod": "TOTP", "nickName": "n", "screenName": "s", "locked": true, "minor": true,
        "websiteMain": "w", "websiteAux": "w", "domicileCode": "853", "domicileClasses": ["c"],
        "dateOfBirth": "2000-01-01", "strongIdentification": strong_identification(),
        "customerGroupInfo": customer_groups(),
        "meta": meta(), "gender": "g", "sex": "OTHER", "nationality": "FI", "salutation": "s",
        "title": "t", "birthFirstName": "b", "birthMiddleName": "b", "birthLastName": "b",
        "place_of_birth": birth(), "tags": ["t"],
        "customFields": {"*": null}
    })
}

fn customer_groups() -> Value {
    json!({
        "student": true, "studentIdentifier": "i", "studentValidFrom": "d",
        "studentValidTo": "d", "studentValidNow": true, "studentUpdated": "t",
        "senior": true, "seniorIdentifier": "i", "seniorUpdated": "t",
        "disabilities": true, "disabilitiesIdentifier": "i", "disabilitiesUpdated": "t"
    })
}

fn birth() -> Value {
    json!({"country": "FI", "locality": "l", "region": "r"})
}

pub(super) fn names() -> Value {
    json!({"givenName": "g", "middleName": "m", "familyName": "f"})
}

pub(super) fn email() -> Value {
    json!({
        "name": "n", "address": "a@b.c", "verified": true, "verifiedBy": "v",
        "verifiedDateTime": "t", "tags": ["t"]
    })
}

pub(super) fn mobile() -> Value {
    json!({"name": "n", "number": "+358401234567", "verified": true, "tags": ["t"]})
}

pub(super) fn address() -> Value {
    json!({
        "id": "i", "addressName": "a", "name": "n", "organisation": "o", "streetAddress": "s",
        "postalCode": "p", "locality": "l", "region": "r", "country": "c", "type": "PERMANENT",
        "source": "s", "verified": true, "language": "fi", "from": "f", "until": "u",
        "tags": ["t"]
    })
}

pub(super) fn consents() -> Value {
    json!({
        "marketingPost": true, "marketingEmail": true, "marketingPhone": true,
        "marketingMobileMessage": true, "marketingPushNotification": true,
        "marketingOther": true, "locationing": true, "profiling": true
    })
}

pub(super) fn meta() -> Value {
    json!({"created": "2022-10-26T09:39:42.195Z", "lastModified": "t", "location": "l"})
}
