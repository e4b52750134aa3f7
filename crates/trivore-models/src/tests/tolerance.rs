//! Absent fields, `null`s and short forms are accepted.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Address, Consents, CustomerGroupInfo, EmailAddress, EmailVerification, Enterprise,
    EnterpriseContactInfo, ExternalPermissionGrant, GroupMembership, Invite, LegalDomicile,
    LegalInfo, Meta, Mobile, Names, Page, PasswordRequirements, PlaceOfBirth, Profile,
    SmsLinkVerification, StrongIdentification, StudentInfo, StudentState, User,
};

/// Deserializes an object whose fields are all `null`; it must serialize as an empty object.
#[track_caller]
fn check<T: DeserializeOwned + Serialize>(fields: &[&str]) {
    let nulls: Value = fields.iter().map(|field| ((*field).to_owned(), Value::Null)).collect();

    let value: T = serde_json::from_value(nulls).unwrap();

    assert_eq!(serde_json::to_value(value).unwrap(), json!({}));
}

#[test]
fn null_is_nothing() {
    check::<User>(&[
        "mobiles",
        "emails",
        "addresses",
        "name",
        "consents",
        "meta",
        "strongIdentification",
        "customerGroupInfo",
        "place_of_birth",
        "memberOf",
        "tags",
        "customFields",
        "sex",
        "locked",
    ]);
    check::<LegalInfo>(&["addresses", "domicile", "studentInfo", "protectionOrder"]);
    check::<LegalDomicile>(&["names", "code"]);
    check::<Enterprise>(&["parallelTradeNames", "general", "meta", "duns"]);
    check::<Profile>(&["emails", "mobiles", "addresses", "legalAddresses", "minor"]);
    check::<StrongIdentification>(&["identificationDocuments", "count", "method"]);
    check::<StudentState>(&["state", "lastQuerySuccess"]);
    check::<PasswordRequirements>(&["minLength", "maxLength", "dictionaryCheck"]);
}

#[test]
fn absent_is_nothing() {
    check::<Address>(&[]);
    check::<Consents>(&[]);
    check::<CustomerGroupInfo>(&[]);
    check::<EmailAddress>(&[]);
    check::<EmailVerification>(&[]);
    check::<Enterprise>(&[]);
    check::<EnterpriseContactInfo>(&[]);
    check::<ExternalPermissionGrant>(&[]);
    check::<GroupMembership>(&[]);
    check::<LegalDomicile>(&[]);
    check::<LegalInfo>(&[]);
    check::<Meta>(&[]);
    check::<Mobile>(&[]);
    check::<Names>(&[]);
    check::<PasswordRequirements>(&[]);
    check::<PlaceOfBirth>(&[]);
    check::<Profile>(&[]);
    check::<SmsLinkVerification>(&[]);
    check::<StrongIdentification>(&[]);
    check::<StudentInfo>(&[]);
    check::<StudentState>(&[]);
    check::<User>(&[]);
}

#[test]
fn absent_empty_and_full_lists_stay_apart() {
    for text in ["{}", r#"{"emails":[]}"#, r#"{"emails":[{"tags":[]}]}"#] {
        let user: User = serde_json::from_str(text).unwrap();

        assert!(user.emails().len() < 2);
        assert_eq!(serde_json::to_string(&user).unwrap(), text);
    }
}

#[test]
fn a_bare_text_is_an_address_or_a_number() {
    let user: User =
        serde_json::from_str(r#"{"emails":["a@b",null],"mobiles":["+358401234567"]}"#).unwrap();

    assert_eq!(user.emails(), [EmailAddress::new("a@b")]);
    assert_eq!(user.mobiles(), [Mobile::new("+358401234567")]);
}

#[test]
fn addresses_of_the_law_are_apart_from_those_of_the_user() {
    let text = r#"{"addresses":[{"country":"FI"}],"legalAddresses":[{"country":"SE"}]}"#;

    let profile: Profile = serde_json::from_str(text).unwrap();

    assert_eq!(serde_json::to_string(&profile).unwrap(), text);
}

#[test]
fn requirements_keep_both_lengths_apart() {
    let text = r#"{"minLength":8,"maxLength":64}"#;

    let requirements: PasswordRequirements = serde_json::from_str(text).unwrap();

    assert_eq!((requirements.min_length, requirements.max_length), (Some(8), Some(64)));
    assert_eq!(serde_json::to_string(&requirements).unwrap(), text);
}

#[test]
fn requests_of_the_python_sdk_are_read() {
    let text = r#"{"emails":["a@b"],"nsCode":null,"groups":[],"subject":null,"locale":"fi"}"#;

    let invite: Invite = serde_json::from_str(text).unwrap();

    assert_eq!(
        serde_json::to_value(invite).unwrap(),
        json!({"emails": ["a@b"], "groups": [], "locale": "fi"})
    );
}

#[test]
fn a_page_of_users_skips_nulls() {
    let text = r#"{"totalResults":2,"resources":[null,{"id":"1"}],"newer":1}"#;

    let page: Page<User> = serde_json::from_str(text).unwrap();

    assert_eq!(page.resources.len(), 1);
}
