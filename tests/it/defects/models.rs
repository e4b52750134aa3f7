//! Defects 19 to 26: data that is lost, confused or not read.

use serde_json::json;
use trivore::models::{
    EmailAddress, Enterprise, Mobile, PasswordRequirements, PasswordUpdateResult, Profile, User,
};

#[test]
fn g19_null_reads_as_absent_everywhere() {
    let user = json!({
        "mobiles": null, "emails": null, "addresses": null, "name": null, "consents": null,
        "meta": null, "strongIdentification": null, "customerGroupInfo": null,
        "place_of_birth": null, "memberOf": null, "tags": [null], "locked": null, "id": null
    });

    let user: User = serde_json::from_value(user).unwrap();
    let result: PasswordUpdateResult =
        serde_json::from_value(json!({"success": true, "validationErrors": null})).unwrap();

    let mut expected = User::new();
    expected.tags = Some(Vec::new());
    assert_eq!(user, expected);
    assert!(result.success && result.validation_errors().is_empty());
}

#[test]
fn g22_the_place_of_birth_is_spelled_as_the_vendor_spells_it() {
    let wire = json!({"place_of_birth": {"country": "FI"}, "placeOfBirth": {"country": "SE"}});

    let user: User = serde_json::from_value(wire.clone()).unwrap();

    let place = user.place_of_birth.as_ref().unwrap();
    assert_eq!(place.country.as_deref(), Some("FI"));
    assert_eq!(serde_json::to_value(&user).unwrap(), wire);
}

#[test]
fn g23_least_and_greatest_length_are_two_numbers() {
    let wire = json!({"minLength": 8, "maxLength": 64});

    let requirements: PasswordRequirements = serde_json::from_value(wire.clone()).unwrap();

    assert_eq!((requirements.min_length, requirements.max_length), (Some(8), Some(64)));
    assert_eq!(serde_json::to_value(requirements).unwrap(), wire);
    assert_eq!(serde_json::to_value(PasswordRequirements::default()).unwrap(), json!({}));
}

#[test]
fn g24_a_duns_number_is_read_and_written() {
    let wire = json!({"duns": "123456789"});

    let enterprise: Enterprise = serde_json::from_value(wire.clone()).unwrap();

    assert_eq!(enterprise.duns.as_deref(), Some("123456789"));
    assert_eq!(serde_json::to_value(enterprise).unwrap(), wire);
}

#[test]
fn g25_legal_addresses_are_not_the_ordinary_ones() {
    let wire = json!({"addresses": [{"name": "a"}], "legalAddresses": [{"name": "b"}]});

    let profile: Profile = serde_json::from_value(wire.clone()).unwrap();

    let legal = &profile.legal_addresses.as_deref().unwrap()[0];
    assert_eq!(legal.name.as_deref(), Some("b"));
    assert_eq!(serde_json::to_value(profile).unwrap(), wire);
}

#[test]
fn g26_a_bare_text_and_an_object_make_the_same_address() {
    let texts = json!({"emails": ["a@b.c"], "mobiles": ["+358401234567"]});
    let objects =
        json!({"emails": [{"address": "a@b.c"}], "mobiles": [{"number": "+358401234567"}]});

    let from_texts: User = serde_json::from_value(texts).unwrap();
    let from_objects: User = serde_json::from_value(objects).unwrap();

    assert_eq!(from_texts, from_objects);
    assert_eq!(from_texts.emails(), [EmailAddress::new("a@b.c")]);
    assert_eq!(from_texts.mobiles(), [Mobile::new("+358401234567")]);
    assert_eq!(from_texts.emails()[0].verified, None);
}

#[test]
fn g26_who_verified_a_number_and_when_is_kept() {
    let wire = json!({
        "number": "1", "verified": true, "verifiedBy": "x",
        "verifiedDateTime": "2022-10-26T09:39:42.195Z"
    });

    let mobile: Mobile = serde_json::from_value(wire.clone()).unwrap();

    assert_eq!(serde_json::to_value(mobile).unwrap(), wire);
}
