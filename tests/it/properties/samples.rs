//! A sample of each type that the service sends, with all members.

use serde_json::{Value, json};

pub(super) fn user() -> Value {
    json!({
        "id": "5b0cfba4e2bb230ff8b535e6", "username": "u", "password": "p",
        "userAccountType": "LEGAL_ENTITY", "nsCode": "n", "memberOf": ["g"], "name": names(),
        "emails": [email()], "mobiles": [mobile()], "addresses": [address()],
        "consents": consents(), "locale": "fi", "preferredLanguage": "fi", "timeZone": "t",
        "mfaMethod": "TOTP", "nickName": "n", "screenName": "s", "locked": true, "minor": true,
        "websiteMain": "w", "websiteAux": "w", "domicileCode": "853", "domicileClasses": ["c"],
        "dateOfBirth": "2000-01-01", "strongIdentification": strong_identification(),
        "customerGroupInfo": {
            "student": true, "studentIdentifier": "i", "studentValidFrom": "d",
            "studentValidTo": "d", "studentValidNow": true, "studentUpdated": "t",
            "senior": true, "seniorIdentifier": "i", "seniorUpdated": "t",
            "disabilities": true, "disabilitiesIdentifier": "i", "disabilitiesUpdated": "t"
        },
        "meta": meta(), "gender": "g", "sex": "OTHER", "nationality": "FI", "salutation": "s",
        "title": "t", "birthFirstName": "b", "birthMiddleName": "b", "birthLastName": "b",
        "place_of_birth": {"country": "FI", "locality": "l", "region": "r"}, "tags": ["t"],
        "customFields": {"*": null}
    })
}

pub(super) fn legal_info() -> Value {
    json!({
        "firstNames": "f", "lastName": "l", "callingName": "c", "email": "e", "phone": "p",
        "personalIdentityCode": "c", "dateOfBirth": "d", "dateOfDeath": "d",
        "lastUpdatedAt": "t", "protectionOrder": true,
        "domicile": {"names": {"*": "Turku"}, "code": "853"}, "addresses": [address()],
        "studentInfo": {
            "state": "FULL_TIME", "studentValidFrom": "d", "studentValidTo": "d",
            "informationUpdated": "t", "remoteState": "r", "notStudentReason": "n",
            "queryConsentEnds": "t"
        }
    })
}

pub(super) fn strong_identification() -> Value {
    json!({
        "method": "SUOMI_FI", "identificationDocuments": ["d"], "otherExplanation": "o",
        "personalId": "p", "remarks": "r", "identifier": "i", "time": "t", "firstTime": "t",
        "count": 1, "identified": true
    })
}

pub(super) fn enterprise() -> Value {
    let contact = json!({"phone": "p", "email": "e", "website": "w", "contacts": "c"});
    json!({
        "businessId": "b", "vatId": "v", "tradeName": "t", "parallelTradeNames": ["n"],
        "auxiliaryTradeNames": ["n"], "domicile": "d", "leiCode": "l", "duns": "d",
        "tradeRegisterNumber": "t", "taxIdentificationNumber": "t", "general": contact,
        "sales": contact, "service": contact, "customerSupport": contact, "meta": meta()
    })
}

pub(super) fn profile() -> Value {
    json!({
        "addresses": [address()], "legalAddresses": [address()], "emails": [email()],
        "mobiles": [mobile()], "name": names(), "nickName": "n", "screenName": "s",
        "dateOfBirth": "d", "locale": "l", "consents": consents(), "minor": true,
        "timeZone": "t", "lastModified": "t", "domicileCode": "d", "legalDomicileCode": "l",
        "domicileClasses": ["c"]
    })
}

pub(super) fn student_state() -> Value {
    json!({
        "state": "PART_TIME", "studentFrom": "d", "studentTo": "d", "updated": "t",
        "lastQuerySuccess": true, "lastQueryError": "e", "source": "s"
    })
}

pub(super) fn password_requirements() -> Value {
    json!({
        "minLength": 1, "maxLength": 1, "numberOfCharacteristics": 1,
        "alphabeticalSequenceMaxLength": 1, "numericalSequenceMaxLength": 1,
        "qwertySequenceMaxLength": 1, "historyLength": 1, "repeatCharacterLength": 1,
        "usernameForbidden": true, "dictionaryCheck": true
    })
}

pub(super) fn external_permission_grant() -> Value {
    json!({
        "permissionId": "p", "permissionGroupId": "g", "permissionExternalId": "e",
        "from": "t", "until": "t", "grantedById": "i", "grantedByType": "User",
        "grantedTime": "t", "grantedToType": "CustomRole", "grantedToId": "i",
        "customFields": {"*": null}
    })
}

pub(super) fn group_membership() -> Value {
    json!({
        "id": "i", "name": "n", "description": "d", "member": true, "eligibleFrom": "t",
        "eligibleUntil": "t", "customFields": {"*": null}
    })
}

pub(super) fn external_permission() -> Value {
    json!({
        "id": "i", "externalId": "e", "permissionGroupId": "g", "name": "n", "description": "d",
        "meta": {"created": "t"}, "customFields": {"*": null}
    })
}

fn names() -> Value {
    json!({"givenName": "g", "middleName": "m", "familyName": "f"})
}

fn email() -> Value {
    json!({
        "name": "n", "address": "a@b.c", "verified": true, "verifiedBy": "v",
        "verifiedDateTime": "t", "tags": ["t"]
    })
}

fn mobile() -> Value {
    json!({"name": "n", "number": "+358401234567", "verified": true, "tags": ["t"]})
}

fn address() -> Value {
    json!({
        "id": "i", "addressName": "a", "name": "n", "organisation": "o", "streetAddress": "s",
        "postalCode": "p", "locality": "l", "region": "r", "country": "c", "type": "PERMANENT",
        "source": "s", "verified": true, "language": "fi", "from": "f", "until": "u",
        "tags": ["t"]
    })
}

fn consents() -> Value {
    json!({
        "marketingPost": true, "marketingEmail": true, "marketingPhone": true,
        "marketingMobileMessage": true, "marketingPushNotification": true,
        "marketingOther": true, "locationing": true, "profiling": true
    })
}

fn meta() -> Value {
    json!({"created": "2022-10-26T09:39:42.195Z", "lastModified": "t", "location": "l"})
}
