//! Reads and deletes accounts; see `creation`, `updates` and `listing` for the other operations.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{Changes, EmailAddress, PageRequest, Sex, User, UserId};
use trivore_tests::operations::{Case, CaseResult, Change, Entry};
use trivore_tests::{
    Fixture, assert_lacks, assert_never_sent, assert_no_such_user, assert_unauthorized,
    unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.get", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.get(&subject.user()).await?)) })
    })
    .recorded(&[
        Entry::of_case("get"),
        Entry::new("get_weird_id", |users, _| {
            Box::pin(async move { drop(users.get(&"a/../b?x=1".into()).await) })
        })
        .deviates(&[(
            Change::OneSegment { path: "/api/rest/v1/user/a%2F..%2Fb%3Fx%3D1" },
            "an identifier never changes the path",
        )]),
    ]),
    Case::new("users.delete", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.delete(&subject.user()).await?)) })
    })
    .recorded(&[Entry::of_case("delete")]),
];

#[tokio::test]
async fn a_user_is_read_by_its_identifier() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "username": "maija",
        "name": {"givenName": "Maija", "familyName": "Meikäläinen"},
        "emails": [{"address": "maija@example.com", "verified": true}],
    }));

    let user = fixture.users().get(&id).await.unwrap();

    assert_eq!(user.id, Some(id.clone()));
    assert_eq!(user.username.as_deref(), Some("maija"));
    assert_eq!(user.namespace_code.unwrap().as_str(), "sandbox");
    assert_eq!(user.name.unwrap().family_name.as_deref(), Some("Meikäläinen"));
    assert_eq!(user.emails.unwrap()[0].verified, Some(true));
    assert!(user.password.is_none());
    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}")]);
}

#[tokio::test]
async fn what_this_version_does_not_name_is_read_and_kept() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({
        "sex": "A_VALUE_OF_TOMORROW",
        "fieldOfTomorrow": {"deep": [1, null]},
        "emails": [{"address": "a@example.com", "bounces": 3}],
    }));

    let user = fixture.users().get(&id).await.unwrap();

    assert!(matches!(user.sex, Some(Sex::Unrecognized(_))));
    let written = serde_json::to_value(&user).unwrap();
    assert_eq!(written, fixture.document(&id));
    assert_eq!(written["emails"][0]["bounces"], 3);
    assert_eq!(written["fieldOfTomorrow"], fixture.document(&id)["fieldOfTomorrow"]);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.get(id).await);
        assert_no_such_user(users.update(id, &User::new()).await);
        assert_no_such_user(users.apply(id, &Changes::new()).await);
        assert_no_such_user(users.delete(id).await);
    }

    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
}

#[tokio::test]
async fn an_identifier_stays_one_segment_of_the_path() {
    let fixture = Fixture::start().await;

    assert_no_such_user(fixture.users().get(&"../group/1?x=1#y z%ä".into()).await);

    assert_eq!(fixture.request_lines(), ["GET /user/..%2Fgroup%2F1%3Fx%3D1%23y%20z%25%C3%A4"]);
}

#[tokio::test]
async fn an_identifier_that_would_change_the_path_is_never_sent() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in ["", ".", ".."].map(UserId::from) {
        assert_never_sent(users.get(&id).await);
        assert_never_sent(users.update(&id, &User::new()).await);
        assert_never_sent(users.apply(&id, &Changes::new()).await);
        assert_never_sent(users.delete(&id).await);
    }

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"nickName": "Mai"}));
    fixture.take_changes();
    let stranger = fixture.users_of_a_stranger();
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let (user, changes) = (User::new(), Changes::new().clear("nickName"));

    assert_unauthorized(stranger.list(&PageRequest::new()).await);
    assert_unauthorized(stranger.create(&user).await);
    assert_unauthorized(stranger.get(&id).await);
    assert_unauthorized(stranger.update(&id, &user).await);
    assert_unauthorized(stranger.apply(&id, &changes).await);
    assert_unauthorized(stranger.delete(&id).await);
    assert_lacks("ACCOUNT_VIEW", powerless.list(&PageRequest::new()).await);
    assert_lacks("ACCOUNT_VIEW", powerless.get(&id).await);
    assert_lacks("ACCOUNT_MODIFY", powerless.delete(&id).await);
    assert_lacks("ACCOUNT_MODIFY", reader.create(&user).await);
    assert_lacks("ACCOUNT_MODIFY", reader.update(&id, &user).await);
    assert_lacks("ACCOUNT_MODIFY", reader.apply(&id, &changes).await);
    assert_lacks("ACCOUNT_MODIFY", reader.delete(&id).await);

    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
    assert_eq!(fixture.document(&id)["nickName"], "Mai");
}

#[tokio::test]
async fn a_namespace_without_access_is_forbidden_and_no_permission_is_named() {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let id = fixture.add_user(json!({"nsCode": "other"}));
    let client = trivore_sandbox::ApiClient::new("local", "secret").namespaces(["sandbox"]);
    fixture.sandbox().create_api_client(client);
    let users = fixture.users_as(trivore::Credentials::basic("local", "secret"));

    let error = users.get(&id).await.unwrap_err();

    assert!(error.is_forbidden());
    assert_eq!(error.missing_permission(), None);
    assert!(error.to_string().ends_with("Client does not have access to namespace other."));
}

#[tokio::test]
async fn a_deleted_user_is_gone() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    fixture.users().delete(&id).await.unwrap();

    assert_eq!(fixture.document(&id), Value::Null);
    assert_eq!(fixture.take_changes(), ["create", "delete"]);
    assert_no_such_user(fixture.users().get(&id).await);
    assert_no_such_user(fixture.users().delete(&id).await);
}

#[tokio::test]
async fn a_user_that_was_only_marked_is_gone_for_clients_too() {
    let fixture = Fixture::start().await;
    fixture.set_rule("soft-delete", true);
    let id = fixture.add_user(json!({}));

    fixture.users().delete(&id).await.unwrap();

    assert_eq!(fixture.take_changes(), ["create", "soft-delete"]);
    assert_no_such_user(fixture.users().get(&id).await);
    let page = fixture.users().list(&PageRequest::new()).await.unwrap();
    assert_eq!(page.resources, []);
}

#[tokio::test]
async fn a_user_lives_from_creation_to_deletion() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let mut new = User::new();
    new.emails = Some(vec![EmailAddress::new("maija@example.com")]);

    let created = users.create(&new).await.unwrap().user;
    let id = created.id.clone().unwrap();
    let mut changed = User::new();
    changed.nick_name = Some("Mai".to_owned());
    users.update(&id, &changed).await.unwrap();
    users.apply(&id, &Changes::new().clear("nickName")).await.unwrap();
    let read = users.get(&id).await.unwrap();
    users.delete(&id).await.unwrap();

    assert_eq!(read.emails, created.emails);
    assert_eq!(read.nick_name, None);
    assert_eq!(fixture.take_changes(), ["create", "update", "update", "delete"]);
    let methods: Vec<Method> =
        fixture.sandbox().requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, [Method::POST, Method::PUT, Method::PUT, Method::GET, Method::DELETE]);
}
