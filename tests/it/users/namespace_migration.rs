//! Moves a user to another namespace.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{NamespaceMigrationOptions, User, UserId};
use trivore_tests::operations::{Case, CaseResult, Change, Entry, UNSET, marks};
use trivore_tests::{
    Fixture, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

pub(super) const CASES: &[Case] = &[Case::new("users.migrate_namespace", |users, subject| {
    Box::pin(async move {
        let mut options = NamespaceMigrationOptions::new(marks::TARGET);
        options.username = Some("zqx-moved".to_owned());
        options.user_password = Some("Zqx-password-3".into());
        let moved = users.migrate_namespace(&subject.user(), &options).await?;
        Ok(CaseResult::new(&options, &moved))
    })
})
.has_no_places()
.recorded(&[Entry::new("migrate_namespace", |users, id| {
    Box::pin(async move {
        drop(users.migrate_namespace(id, &NamespaceMigrationOptions::new("t")).await);
    })
})
.deviates(&[(Change::NoNulls, UNSET)])])];

/// Starts a sandbox with a namespace `target` and a user in another namespace with data of every
/// kind.
async fn with_a_user() -> (Fixture, UserId) {
    let target = json!({"code": "target", "usernamePolicy": "TEN_NUMBERS"});
    let fixture = Fixture::with(|sandbox| sandbox.namespace(target)).await;
    let id = fixture.add_user(json!({
        "username": "maija",
        "password": "Secret-42",
        "name": {"givenName": "Maija"},
        "emails": [{"address": "a@example.com", "verified": true}],
        "mobiles": [{"number": "+358401234567"}],
        "consents": {"profiling": true},
        "customFields": {"a": 1},
        "memberOf": ["drivers"],
        "fieldOfTomorrow": 1,
    }));
    fixture.take_changes();
    (fixture, id)
}

async fn migrate(
    fixture: &Fixture,
    id: &UserId,
    choose: impl FnOnce(&mut NamespaceMigrationOptions),
) -> User {
    let mut options = NamespaceMigrationOptions::new("target");
    choose(&mut options);
    fixture.users().migrate_namespace(id, &options).await.unwrap()
}

#[tokio::test]
async fn everything_but_the_groups_moves_along() {
    let (fixture, id) = with_a_user().await;
    let before = fixture.document(&id);

    let moved = migrate(&fixture, &id, |_| {}).await;

    let after = fixture.document(&id);
    assert_eq!(serde_json::to_value(&moved).unwrap(), after);
    assert_eq!(moved.id, Some(id.clone()));
    assert_eq!(moved.namespace_code.as_ref().unwrap().as_str(), "target");
    assert_eq!(moved.username.as_ref().unwrap().len(), 10);
    assert_eq!(moved.member_of(), []);
    for field in ["name", "emails", "mobiles", "consents", "customFields", "fieldOfTomorrow"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    fixture.token(&moved.username.unwrap(), "Secret-42").await.unwrap();
    assert!(fixture.token("maija@sandbox", "Secret-42").await.is_err());
    assert_eq!(fixture.request_lines()[0], format!("POST /user/{id}/migratenamespace"));
    assert_eq!(fixture.take_changes()[..1], ["migrate"]);
}

#[tokio::test]
async fn all_choices_are_sent() {
    let (fixture, id) = with_a_user().await;

    migrate(&fixture, &id, |options| options.keep_emails = false).await;

    let expected = json!({
        "targetNsCode": "target", "keepUserId": true, "keepProfile": true, "keepEmails": false,
        "keepMobiles": true, "keepConsents": true, "keepCustomFields": true,
        "keepPassword": true, "keepGroups": false,
    });
    assert_eq!(fixture.last_body(&Method::POST), expected);
}

#[tokio::test]
async fn each_choice_leaves_its_part_behind() {
    let fields = ["name", "emails", "mobiles", "consents", "customFields"];
    for left in fields {
        let (fixture, id) = with_a_user().await;

        migrate(&fixture, &id, |options| {
            options.keep_profile = left != "name";
            options.keep_emails = left != "emails";
            options.keep_mobiles = left != "mobiles";
            options.keep_consents = left != "consents";
            options.keep_custom_fields = left != "customFields";
        })
        .await;

        let document = fixture.document(&id);
        for field in fields {
            assert_eq!(document.get(field).is_none(), field == left, "{field} without {left}");
        }
    }
}

#[tokio::test]
async fn a_new_identifier_leaves_the_old_one_to_nobody() {
    let (fixture, id) = with_a_user().await;

    let moved = migrate(&fixture, &id, |options| options.keep_user_id = false).await;

    assert_ne!(moved.id, Some(id.clone()));
    assert_eq!(fixture.document(&id), Value::Null);
    assert_no_such_user(fixture.users().get(&id).await);
    fixture.users().get(&moved.id.unwrap()).await.unwrap();
}

#[tokio::test]
async fn groups_move_along_by_name() {
    let (fixture, id) = with_a_user().await;
    let old = fixture.document(&id)["memberOf"][0].clone();

    migrate(&fixture, &id, |options| options.keep_groups = true).await;

    let groups = fixture.users().group_membership(&id).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].name.as_deref(), Some("drivers"));
    assert_ne!(json!(groups[0].id), old);
}

#[tokio::test]
async fn a_password_left_behind_does_not_sign_in() {
    let (fixture, id) = with_a_user().await;

    migrate(&fixture, &id, |options| {
        options.keep_password = false;
        options.username = Some("liisa".to_owned());
    })
    .await;

    assert!(fixture.token("liisa", "Secret-42").await.is_err());
}

#[tokio::test]
async fn a_new_name_and_password_sign_in() {
    let (fixture, id) = with_a_user().await;

    let moved = migrate(&fixture, &id, |options| {
        options.username = Some("liisa".to_owned());
        options.user_password = Some("Another-Secret-42".into());
    })
    .await;

    assert_eq!(moved.username.as_deref(), Some("liisa"));
    fixture.token("liisa@target", "Another-Secret-42").await.unwrap();
    assert!(fixture.token("liisa@target", "Secret-42").await.is_err());
}

#[tokio::test]
async fn a_move_that_is_refused_leaves_the_user_as_it_was() {
    let (fixture, id) = with_a_user().await;
    let users = fixture.users();
    fixture.add_user(json!({"nsCode": "target", "username": "taken"}));
    fixture.take_changes();
    let before = fixture.document(&id);
    let to = NamespaceMigrationOptions::new;
    let taken = NamespaceMigrationOptions { username: Some("taken".to_owned()), ..to("target") };
    let weak = NamespaceMigrationOptions { user_password: Some("x".into()), ..to("target") };

    let words = refusal(users.migrate_namespace(&id, &to("nowhere")).await);
    assert_eq!(words, "Field \"targetNsCode\" names no namespace.");
    let words = refusal(users.migrate_namespace(&id, &to("sandbox")).await);
    assert_eq!(words, "Field \"targetNsCode\": the user is in this namespace already.");
    let words = refusal(users.migrate_namespace(&id, &weak).await);
    assert_eq!(words, "Field \"userPassword\" is too weak.");
    assert!(users.migrate_namespace(&id, &taken).await.unwrap_err().is_conflict());

    assert_eq!(fixture.document(&id), before);
    assert_eq!(fixture.take_changes(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let options = NamespaceMigrationOptions::new("target");

    for id in &unknown_users() {
        assert_no_such_user(fixture.users().migrate_namespace(id, &options).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let (fixture, id) = with_a_user().await;
    let options = NamespaceMigrationOptions::new("target");
    let reader = fixture.users_with_only(&["ACCOUNT_VIEW"]);

    let stranger = fixture.users_of_a_stranger();
    assert_unauthorized(stranger.migrate_namespace(&id, &options).await);
    assert_lacks("ACCOUNT_MODIFY", reader.migrate_namespace(&id, &options).await);

    assert_eq!(fixture.document(&id)["nsCode"], "sandbox");
}
