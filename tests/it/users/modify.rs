//! Reads a user, modifies it, and writes only the changed fields.

use http::Method;
use serde_json::json;
use trivore::models::{EmailAddress, Sex, User, UserId};
use trivore_tests::{
    Fixture, Recorder, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    refusal, unknown_users,
};

#[tokio::test]
async fn only_what_changed_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai", "title": "Dr.", "locked": true, "memberOf": ["drivers"],
    }));

    let user =
        fixture.users().modify(&id, |user| user.title = Some("Prof.".to_owned())).await.unwrap();

    assert_eq!(fixture.last_body(&Method::PUT), json!({"title": "Prof."}));
    assert_eq!(user.title.as_deref(), Some("Prof."));
    assert_eq!(serde_json::to_value(user).unwrap(), fixture.document(&id));
    assert_eq!(fixture.document(&id)["nickName"], "Mai");
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}"), format!("PUT /user/{id}")]);
}

#[tokio::test]
async fn what_was_set_to_none_is_cleared_with_null() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "nickName": "Mai",
        "name": {"givenName": "Maija", "middleName": "Elina", "familyName": "Virtanen"},
        "tags": ["a"],
    }));

    let user = fixture
        .users()
        .modify(&id, |user| {
            user.nick_name = None;
            user.tags = None;
            user.name.get_or_insert_default().middle_name = None;
        })
        .await
        .unwrap();

    let name = json!({"givenName": "Maija", "middleName": null, "familyName": "Virtanen"});
    let expected = json!({"nickName": null, "tags": null, "name": name});
    assert_eq!(fixture.last_body(&Method::PUT), expected);
    let document = fixture.document(&id);
    assert!(document.get("nickName").is_none() && document.get("tags").is_none());
    assert_eq!(document["name"], json!({"givenName": "Maija", "familyName": "Virtanen"}));
    assert_eq!(user.name.unwrap().middle_name, None);
}

#[tokio::test]
async fn a_cleared_member_is_gone_whether_the_server_merges_objects_or_replaces_them() {
    for merges in [false, true] {
        let fixture = Fixture::start().await;
        fixture.set_rule("nested-objects-merge", merges);
        let name = json!({"givenName": "Maija", "middleName": "Elina", "nameOfTomorrow": "x"});
        let id = fixture.add_user(json!({"name": name}));

        let clear = |user: &mut User| user.name.get_or_insert_default().middle_name = None;
        fixture.users().modify(&id, clear).await.unwrap();

        let expected = json!({"givenName": "Maija", "nameOfTomorrow": "x"});
        assert_eq!(fixture.document(&id)["name"], expected, "merges: {merges}");
    }
}

#[tokio::test]
async fn when_nothing_changed_nothing_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai", "sex": "A_VALUE_OF_TOMORROW"}));

    let user =
        fixture.users().modify(&id, |user| user.nick_name = Some("Mai".to_owned())).await.unwrap();

    assert_eq!(user.nick_name.as_deref(), Some("Mai"));
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
    assert_eq!(fixture.take_changes(), ["create"]);
}

#[tokio::test]
async fn what_this_version_does_not_name_stays() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "sex": "A_VALUE_OF_TOMORROW",
        "fieldOfTomorrow": {"deep": 1},
        "emails": [{"address": "a@example.com", "bounces": 3}],
    }));

    let user = fixture
        .users()
        .modify(&id, |user| {
            assert!(matches!(user.sex, Some(Sex::Unrecognized(_))));
            user.emails.get_or_insert_default().push(EmailAddress::new("b@example.com"));
        })
        .await
        .unwrap();

    let document = fixture.document(&id);
    assert_eq!(document["sex"], "A_VALUE_OF_TOMORROW");
    assert_eq!(document["fieldOfTomorrow"], json!({"deep": 1}));
    assert_eq!(document["emails"][0]["bounces"], 3);
    assert_eq!(document["emails"][1]["address"], "b@example.com");
    assert_eq!(user.emails().len(), 2);
}

#[tokio::test]
async fn changes_of_others_meanwhile_stay_unless_they_touch_the_same_field() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai"}));
    let other = fixture.users_with(|client| client.user_agent("other"));
    let read = other.get(&id).await.unwrap();
    let mut title = User::new();
    title.title = Some("Dr.".to_owned());
    other.update(&id, &title).await.unwrap();

    fixture.users().modify(&id, |user| user.nick_name = None).await.unwrap();

    assert_eq!(read.title, None);
    assert_eq!(fixture.document(&id)["title"], "Dr.");
    assert!(fixture.document(&id).get("nickName").is_none());
}

#[tokio::test]
async fn a_password_is_not_changed_this_way() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Old-Secret-42"}));

    let change = |user: &mut User| user.password = Some("New-Secret-42".into());
    assert_never_sent(fixture.users().modify(&id, change).await);

    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
    fixture.token("maija", "Old-Secret-42").await.unwrap();
}

#[tokio::test]
async fn documented_limits_are_checked_before_a_change_is_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let change = |user: &mut User| user.tags = Some(vec!["tag".to_owned(); 101]);
    assert_never_sent(fixture.users().modify(&id, change).await);

    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
}

#[tokio::test]
async fn a_change_that_the_server_refuses_is_told_in_its_words() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    let change = |user: &mut User| user.emails = Some(vec![EmailAddress::new("nowhere")]);
    let words = refusal(fixture.users().modify(&id, change).await);

    assert_eq!(words, "Field \"emails[0].address\" is missing or malformed.");
}

#[tokio::test]
async fn without_a_user_or_a_permission_the_change_is_not_even_tried() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let change = |_: &mut User| panic!("the closure was called without a user");

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().modify(id, change).await);
    }
    assert_unauthorized(fixture.users_of_a_stranger().modify(&id, change).await);
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    assert_lacks("ACCOUNT_VIEW", powerless.modify(&id, change).await);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    assert_lacks("ACCOUNT_MODIFY", reader.modify(&id, |user| user.minor = Some(true)).await);
}

#[tokio::test]
async fn what_the_service_has_beyond_the_limits_does_not_stop_a_change() {
    let recorder = Recorder::new();
    let tags = vec!["x"; User::MAX_TAGS + 1];
    recorder
        .answer(200, &json!({"id": "a", "tags": tags}).to_string())
        .answer(200, r#"{"id":"a"}"#);

    let users = recorder.trivore().users().clone();
    users.modify(&UserId::from("a"), |user| user.title = Some("Dr.".into())).await.unwrap();

    assert_eq!(recorder.last().json(), Some(json!({"title": "Dr."})));
}
