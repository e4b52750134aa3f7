//! Defects 10 to 14 and 21: requests with values that the caller did not set.

use serde_json::{Value, json};
use trivore::models::{
    EmailVerification, Invite, NewStrongIdentification, PageRequest, PermissionChanges,
    RoleChanges, SmsLinkVerification, Sort, User, UserId,
};
use trivore_tests::{Recorded, Recorder};

fn id() -> UserId {
    UserId::from("5d0000000000000000000001")
}

#[tokio::test]
async fn g10_an_expiration_that_is_not_given_is_left_to_the_policy() {
    let recorder = Recorder::new();
    let trivore = recorder.trivore();

    trivore.users().verify_email(&id(), &EmailVerification::default()).await.unwrap();
    trivore.users().send_sms_link(&id(), &SmsLinkVerification::default()).await.unwrap();

    let bodies: Vec<_> = recorder.requests().iter().map(Recorded::json).collect();
    assert_eq!(bodies, [Some(json!({})), Some(json!({}))]);
}

#[tokio::test]
async fn g12_every_list_can_be_sorted() {
    let recorder = Recorder::new();
    let empty = r#"{"totalResults":0,"resources":[]}"#;
    recorder.respond(200, empty).respond(200, empty);
    let trivore = recorder.trivore();
    let request = PageRequest::new().sort(Sort::descending("time"));

    trivore.users().list(&request).await.unwrap();
    trivore.users().strong_identification_history(&id(), &request).await.unwrap();

    for sent in recorder.requests() {
        let expected = [("sortBy", "time"), ("ascending", "descending")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(sent.query()[2..], expected);
    }
}

#[tokio::test]
async fn g13_what_was_not_given_is_not_sent_as_null() {
    let recorder = Recorder::new();
    recorder.respond(200, "{}").respond(200, "[]").respond(200, "[]").respond(200, "[]");
    let trivore = recorder.trivore();
    let report = NewStrongIdentification { personal_id: "x".into(), remarks: None };
    let roles = RoleChanges { add: vec!["a".into()], ..RoleChanges::default() };
    let permissions = PermissionChanges { remove: vec!["b".into()], ..Default::default() };

    trivore.users().report_strong_identification(&id(), &report).await.unwrap();
    trivore.users().update_builtin_roles(&id(), &roles).await.unwrap();
    trivore.users().update_custom_roles(&id(), &roles).await.unwrap();
    trivore.users().update_custom_permissions(&id(), &permissions).await.unwrap();

    let bodies: Vec<_> = recorder.requests().iter().filter_map(Recorded::json).collect();
    assert_eq!(
        bodies,
        [
            json!({"personalId": "x"}),
            json!({"add": ["a"]}),
            json!({"add": ["a"]}),
            json!({"remove": ["b"]}),
        ]
    );
}

#[tokio::test]
async fn g14_an_invitation_forces_neither_language_nor_groups() {
    let recorder = Recorder::new();
    let invite = Invite { emails: vec!["a@example.com".to_owned()], ..Invite::default() };

    recorder.trivore().users().invite(&invite).await.unwrap();

    assert_eq!(recorder.last().json(), Some(json!({"emails": ["a@example.com"]})));
}

#[tokio::test]
async fn g21_an_update_by_hand_sends_just_what_it_names() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"1"}"#);
    let mut user = User::new();
    user.nick_name = Some("N".to_owned());

    recorder.trivore().users().update(&id(), &user).await.unwrap();

    assert_eq!(recorder.last().json(), Some(json!({"nickName": "N"})));
}

#[tokio::test]
async fn g20_what_this_version_does_not_know_survives_a_read_and_an_update() {
    let stored = r#"{
        "id": "1", "userAccountType": "ROBOT", "aFieldOfTomorrow": {"a": null},
        "customFields": {"k": [1]}, "screenName": "S",
        "addresses": [{"id": "a", "from": "x", "until": "y", "tags": ["t"], "geo": [1, 2]}]
    }"#;
    let recorder = Recorder::new();
    recorder.respond(200, stored).respond(200, stored);
    let trivore = recorder.trivore();

    let user = trivore.users().get(&id()).await.unwrap();
    trivore.users().update(&id(), &user).await.unwrap();

    // Only the service sets the identifier.
    let mut expected: Value = stored.parse().unwrap();
    expected.as_object_mut().unwrap().remove("id");
    assert_eq!(recorder.last().json(), Some(expected));
}

#[tokio::test]
async fn g20_a_change_of_one_field_sends_that_field_alone() {
    let recorder = Recorder::new();
    recorder
        .respond(200, r#"{"id":"1","locale":"fi","title":"Dr.","new":1}"#)
        .respond(200, r#"{"id":"1"}"#);

    let change = |user: &mut User| {
        user.locale = Some("sv".to_owned());
        user.title = None;
    };
    recorder.trivore().users().modify(&id(), change).await.unwrap();

    assert_eq!(recorder.last().json(), Some(json!({"locale": "sv", "title": null})));
}
