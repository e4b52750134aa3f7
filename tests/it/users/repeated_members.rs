//! No request has a member twice.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{Changes, Names, User, UserId};
use trivore_tests::{Recorder, assert_never_sent};

use super::user::full_user;
use crate::operations::{cases, model};

/// Names of all fields of a type.
fn fields(model_name: &str) -> Vec<String> {
    let Value::Object(sample) = model(model_name).sample() else { unreachable!() };
    sample.into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_operation_with_a_body_says_which_places_it_has_for_unknown_data() {
    for case in cases() {
        let is_write = [Method::POST, Method::PUT].contains(&case.operation().method);

        assert_eq!(case.places().is_some(), is_write, "{case:?}");
    }
}

#[tokio::test]
async fn a_field_that_is_set_in_extra_too_is_never_sent() {
    for case in cases() {
        for place in case.places().into_iter().flatten() {
            let Some(model) = place.model() else { continue };
            let recorder = Recorder::new();
            let users = recorder.trivore().users().clone();
            for field in fields(model) {
                for value in [json!("x"), Value::Null] {
                    let result = place.send(&users, &field, value).await;
                    assert!(result.is_err(), "{case:?} {place:?} {field}");
                    assert_never_sent(result);
                }
            }
            assert!(recorder.requests().is_empty());
        }
    }
}

#[tokio::test]
async fn modify_does_not_send_a_field_that_is_set_in_extra_too() {
    let mut stored = full_user();
    stored.password = None;
    let stored = serde_json::to_string(&stored).unwrap();
    for field in fields("User") {
        let recorder = Recorder::new();
        recorder.respond(200, &stored);
        let users = recorder.trivore().users().clone();
        let edit = |user: &mut User| drop(user.extra.insert(field.as_str(), "x"));

        assert_never_sent(users.modify(&UserId::from("1"), edit).await);
        assert_eq!(recorder.requests().len(), 1, "{field}");
    }
    let recorder = Recorder::new();
    recorder.respond(200, &stored);
    let users = recorder.trivore().users().clone();
    let edit = |user: &mut User| {
        user.name.as_mut().unwrap().extra.insert("givenName", "x");
    };
    assert_never_sent(users.modify(&UserId::from("1"), edit).await);
}

#[tokio::test]
async fn a_new_user_has_its_password_and_username_in_their_fields_only() {
    let recorder = Recorder::new();
    let users = recorder.trivore().users().clone();
    for field in ["password", "username"] {
        for value in [json!("Secret-42"), Value::Null] {
            let mut user = User::new();
            user.extra.insert(field, value);

            let result = users.create(&user).await;

            let error = result.as_ref().unwrap_err().to_string();
            assert!(error.contains(field) && !error.contains("Secret"), "{error}");
            assert_never_sent(result);
        }
    }
    assert!(recorder.requests().is_empty());
}

#[test]
fn changes_have_no_field_twice() {
    let mut names = Names::default();
    names.given_name = Some("Maija".to_owned());
    names.extra.insert("givenName", "MARK");
    let mut user = User::new();
    user.name = Some(names.clone());

    for error in [
        Changes::new().set("name", &names).unwrap_err(),
        Changes::between(&User::new(), &user).unwrap_err(),
        Changes::between(&user, &User::new()).unwrap_err(),
    ] {
        assert!(error.to_string().contains("`extra`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("MARK"));
    }
}

#[tokio::test]
async fn a_member_that_a_text_has_twice_is_sent_once_to_the_letter() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"1"}"#);
    let users = recorder.trivore().users().clone();
    let text = r#"{"x":{"n":1.50,"n":2.50,"m":[{"k":1,"k":3.50}]}}"#;
    let changes: Changes = serde_json::from_str(text).unwrap();

    users.apply(&UserId::from("1"), &changes).await.unwrap();

    let body = recorder.last().request.into_body();
    assert_eq!(body, r#"{"x":{"m":[{"k":3.50}],"n":2.50}}"#);
}

#[tokio::test]
async fn a_member_that_a_response_has_twice_is_not_sent_twice() {
    let recorder = Recorder::new();
    recorder
        .respond(200, r#"{"id":"1","customFields":{"a":{"n":1,"n":2.50},"b":1}}"#)
        .respond(200, r#"{"id":"1","customFields":{"a":{"n":2.50},"b":2}}"#);
    let users = recorder.trivore().users().clone();
    let edit = |user: &mut User| {
        user.custom_fields.get_or_insert_default().insert("b", 2);
    };

    users.modify(&UserId::from("1"), edit).await.unwrap();

    let body = recorder.last().request.into_body();
    assert_eq!(body, r#"{"customFields":{"a":{"n":2.50},"b":2}}"#);
}
