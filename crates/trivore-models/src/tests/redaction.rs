//! No `Debug` output contains personal data or unknown fields.

use std::{collections::BTreeMap, fmt::Debug};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Changes, CustomFields, EmailVerification, Enterprise, Expression, ExternalPermissionGrant,
    Filter, GroupMembership, Invite, LegalInfo, NamespaceMigrationOptions, NewStrongIdentification,
    Page, PageRequest, PasswordChange, PasswordUpdateResult, Profile, SmsLinkVerification, Sort,
    StrongIdentification, StudentState, User,
};

/// Deserializes a value whose personal data is marked, and searches its `Debug` for marks.
#[track_caller]
fn check<T: Debug + Serialize + DeserializeOwned>(json: &Value) {
    let value: T = serde_json::from_value(json.clone()).unwrap();

    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("MARK"), "{shown}");
    assert_eq!(serde_json::to_value(&value).unwrap(), *json);
    let page = Page::new(vec![value]);
    assert!(!format!("{page:?}").contains("MARK"));
}

fn unknown(mut object: Value) -> Value {
    object["zz"] = json!({"id": "MARK", "zz": ["MARK"]});
    object["MARK"] = json!(1);
    object
}

fn address() -> Value {
    unknown(json!({
        "id": "1", "addressName": "MARK", "name": "MARK", "organisation": "MARK",
        "streetAddress": "MARK", "postalCode": "MARK", "locality": "MARK", "region": "MARK",
        "country": "MARK", "type": "PERMANENT", "source": "MARK", "verified": true,
        "language": "MARK", "from": "MARK", "until": "MARK", "tags": ["MARK"],
    }))
}

fn email() -> Value {
    unknown(json!({
        "name": "MARK", "address": "MARK", "verified": true, "verifiedBy": "MARK",
        "verifiedDateTime": "2022-10-26T09:39:42.195Z", "tags": ["MARK"],
    }))
}

fn mobile() -> Value {
    unknown(json!({"name": "MARK", "number": "MARK", "verified": true, "tags": ["MARK"]}))
}

fn names() -> Value {
    unknown(json!({"givenName": "MARK", "middleName": "MARK", "familyName": "MARK"}))
}

fn strong_identification() -> Value {
    unknown(json!({
        "method": "SUOMI_FI", "identificationDocuments": ["MARK"], "otherExplanation": "MARK",
        "personalId": "MARK", "remarks": "MARK", "identifier": "MARK",
        "time": "2022-10-26T09:39:42.195Z", "firstTime": "2022-10-26T09:39:42.195Z",
        "count": 1, "identified": true,
    }))
}

fn meta() -> Value {
    unknown(json!({"created": "2022-10-26T09:39:42.195Z", "location": "https://example.com"}))
}

#[test]
fn users_are_redacted() {
    check::<User>(&unknown(json!({
        "id": "5b0cfba4e2bb230ff8b535e6", "username": "MARK", "password": "MARK",
        "userAccountType": "PERSON", "nsCode": "testsdk", "memberOf": ["gr003"],
        "name": names(), "emails": [email()], "mobiles": [mobile()], "addresses": [address()],
        "consents": unknown(json!({"profiling": true})),
        "locale": "MARK", "preferredLanguage": "MARK", "timeZone": "MARK", "mfaMethod": "TOTP",
        "nickName": "MARK", "screenName": "MARK", "locked": false, "minor": false,
        "websiteMain": "MARK", "websiteAux": "MARK", "domicileCode": "MARK",
        "domicileClasses": ["MARK"], "dateOfBirth": "MARK",
        "strongIdentification": strong_identification(),
        "customerGroupInfo": unknown(json!({
            "student": true, "studentIdentifier": "MARK", "studentValidFrom": "MARK",
            "studentValidTo": "MARK", "studentValidNow": true, "studentUpdated": "MARK",
            "senior": true, "seniorIdentifier": "MARK", "seniorUpdated": "MARK",
            "disabilities": true, "disabilitiesIdentifier": "MARK", "disabilitiesUpdated": "MARK",
        })),
        "meta": meta(), "gender": "MARK", "sex": "MARK", "nationality": "MARK",
        "salutation": "MARK", "title": "MARK", "birthFirstName": "MARK",
        "birthMiddleName": "MARK", "birthLastName": "MARK",
        "place_of_birth": unknown(json!({"country": "MARK", "locality": "MARK", "region": "MARK"})),
        "tags": ["MARK"], "customFields": {"MARK": "MARK"},
    })));
}

#[test]
fn parts_of_users_are_redacted() {
    let mut user = User::new();
    user.emails = serde_json::from_value(json!([email()])).unwrap();
    user.mobiles = serde_json::from_value(json!([mobile()])).unwrap();
    user.addresses = serde_json::from_value(json!([address()])).unwrap();
    user.name = serde_json::from_value(names()).unwrap();

    let shown = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        user.emails,
        user.mobiles,
        user.addresses,
        user.name,
        user.emails()[0].extra
    );

    assert!(!shown.contains("MARK"), "{shown}");
}

#[test]
fn what_belongs_to_users_is_redacted() {
    let student_info = unknown(json!({
        "state": "MARK", "studentValidFrom": "MARK", "studentValidTo": "MARK",
        "informationUpdated": "2022-10-26", "remoteState": "MARK", "notStudentReason": "MARK",
        "queryConsentEnds": "MARK",
    }));
    let contact = unknown(json!({
        "phone": "MARK", "email": "MARK", "website": "MARK", "contacts": "MARK",
    }));

    check::<StrongIdentification>(&strong_identification());
    check::<LegalInfo>(&unknown(json!({
        "firstNames": "MARK", "lastName": "MARK", "callingName": "MARK", "email": "MARK",
        "phone": "MARK", "personalIdentityCode": "MARK", "dateOfBirth": "MARK",
        "dateOfDeath": "MARK", "lastUpdatedAt": "2022-10-26", "protectionOrder": true,
        "domicile": unknown(json!({"names": {"MARK": "MARK"}, "code": "MARK"})),
        "addresses": [address()], "studentInfo": student_info,
    })));
    check::<StudentState>(&unknown(json!({
        "state": "MARK", "studentFrom": "MARK", "studentTo": "MARK", "updated": "2022-10-26",
        "lastQuerySuccess": true, "lastQueryError": "MARK", "source": "MARK",
    })));
    check::<Enterprise>(&unknown(json!({
        "businessId": "MARK", "vatId": "MARK", "tradeName": "MARK", "domicile": "MARK",
        "parallelTradeNames": ["MARK"], "auxiliaryTradeNames": ["MARK"], "leiCode": "MARK",
        "duns": "MARK", "tradeRegisterNumber": "MARK", "taxIdentificationNumber": "MARK",
        "general": contact, "sales": contact, "service": contact, "customerSupport": contact,
        "meta": meta(),
    })));
    check::<Profile>(&unknown(json!({
        "addresses": [address()], "legalAddresses": [address()], "emails": [email()],
        "mobiles": [mobile()], "name": names(), "nickName": "MARK", "screenName": "MARK",
        "dateOfBirth": "MARK", "locale": "MARK", "consents": {"profiling": true}, "minor": true,
        "timeZone": "MARK", "lastModified": "2022-10-26", "domicileCode": "MARK",
        "legalDomicileCode": "MARK", "domicileClasses": ["MARK"],
    })));
    check::<GroupMembership>(&unknown(
        json!({"id": "1", "name": "MARK", "customFields": {"MARK": "MARK"}}),
    ));
    check::<ExternalPermissionGrant>(&unknown(
        json!({"permissionId": "1", "customFields": {"MARK": "MARK"}}),
    ));
    check::<PasswordUpdateResult>(&unknown(json!({
        "success": false,
        "validationErrors": [unknown(json!({"message": "MARK", "code": "TOO_SHORT"}))],
    })));
}

#[test]
fn requests_are_redacted() {
    check::<NewStrongIdentification>(&json!({"personalId": "MARK", "remarks": "MARK"}));
    check::<PasswordChange>(&json!({"newPassword": "MARK"}));
    check::<Invite>(&json!({"emails": ["MARK"], "subject": "MARK", "bodyText": "MARK"}));
    check::<EmailVerification>(&json!({
        "value": "MARK", "returnURL": "MARK", "expirationDays": 7, "emailTemplateId": "1",
        "emailTemplateProperties": {"MARK": "MARK"},
    }));
    check::<SmsLinkVerification>(&json!({"value": "MARK", "returnURL": "MARK"}));
    check::<CustomFields>(&json!({"MARK": "MARK", "b": {"MARK": ["MARK"]}}));

    let mut options = NamespaceMigrationOptions::new("target");
    options.username = Some("MARK".to_owned());
    options.user_password = Some("MARK".into());
    check::<NamespaceMigrationOptions>(&serde_json::to_value(options).unwrap());

    let request = PageRequest::new().filter(!Filter::eq("username", "MARK"));
    assert!(!format!("{request:?}").contains("MARK"));
}

#[test]
fn names_that_belong_to_an_application_are_redacted() {
    let names =
        ["customFields.MARK", "customFields.a.MARK", "customfields.MARK", "x.customFields.MARK"];
    for name in names {
        let filter = Filter::present(name).and(!Filter::eq(name, 1)).or(Filter::present("email"));
        let (request, sort) = (PageRequest::new().filter(filter.clone()), Sort::ascending(name));
        let Expression::Or(operands) = filter.expression() else { unreachable!() };
        let Expression::And(inner) = operands[0].expression() else { unreachable!() };

        let shown = format!(
            "{filter:?} {request:?} {sort:?} {:?} {:#?} {:?} {:?}",
            request.clone().sort(sort.clone()),
            filter.expression(),
            inner[0].expression(),
            Filter::eq(name, 1).expression(),
        );

        assert!(!shown.contains("MARK"), "{shown}");
        assert!(shown.contains(".*") && shown.contains("email"), "{shown}");
        assert!(filter.to_string().contains("MARK"));
    }

    let changes = Changes::new().set("MARK", 1).unwrap().clear("title");
    assert_eq!(format!("{changes:?}"), r#"Changes(["*", "title"])"#);
    let open_map = BTreeMap::<String, u32>::new();
    let error = Changes::new().set("MARK", "x").unwrap().apply_to(&open_map).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("MARK"), "{error:?}");
    let user = json!({"customFields": {"MARK": 1}, "MARK": 1, "id": "1"});
    let user: User = serde_json::from_value(user).unwrap();
    assert_eq!(
        format!("{user:?} {:?} {:?}", user.extra, user.custom_fields.clone().unwrap()),
        "User { customFields: <redacted>, id: \"1\", extra: <1 redacted>, .. } \
         Extra(<1 redacted>) CustomFields(<1 redacted>)"
    );
    let mut disguised = User::new();
    disguised.extra.insert("id", "MARK");
    disguised.extra.insert("memberOf", ["MARK"].as_slice());
    assert!(!format!("{disguised:?}").contains("MARK"), "{disguised:?}");
}
