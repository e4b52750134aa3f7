//! Looks up what became of calls other than creations.

use std::time::Duration;

use http::Method;
use serde_json::json;
use trivore::models::{
    CustomFields, NamespaceMigrationOptions, NewStrongIdentification, PermissionChanges,
    RoleChanges, User, UserId,
};
use trivore::users::{Reconcile, Reconciled};
use trivore_sandbox::Fault;
use trivore_tests::{Fixture, assert_never_sent, assert_no_such_user, unknown_users};

/// Looks up a call that started just now, without waiting.
fn at_once(fixture: &Fixture) -> Reconcile {
    fixture.users().reconcile(Duration::ZERO).limit(Duration::ZERO)
}

fn lose(fixture: &Fixture, method: Method, route: &str) {
    let lost = Fault::apply_then_status(500).on(method, route);
    fixture.sandbox().inject(lost).unwrap();
}

async fn migration_fixture() -> (Fixture, UserId) {
    let fixture = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "target"}))).await;
    let id = fixture.add_user(json!({"username": "maija"}));
    (fixture, id)
}

#[tokio::test]
async fn a_migration_that_keeps_the_identifier_shows_in_the_user() {
    let (fixture, id) = migration_fixture().await;
    let options = NamespaceMigrationOptions::new("target");
    let lookup = at_once(&fixture);

    let before = lookup.migrate_namespace(&id, &options).await.unwrap();
    lose(&fixture, Method::POST, "/user/{userId}/migratenamespace");
    fixture.users().migrate_namespace(&id, &options).await.unwrap_err();
    let after = lookup.migrate_namespace(&id, &options).await.unwrap();

    assert_eq!(before, Reconciled::NotApplied);
    assert_eq!(after.applied().unwrap().namespace_code.unwrap().as_str(), "target");
    let gone = lookup.migrate_namespace(&unknown_users()[0], &options).await.unwrap();
    assert_eq!(gone, Reconciled::Unknown);
}

#[tokio::test]
async fn a_migration_with_a_username_shows_in_a_new_user_of_that_name() {
    let (fixture, id) = migration_fixture().await;
    let mut options = NamespaceMigrationOptions::new("target");
    options.keep_user_id = false;
    options.username = Some("moved".to_owned());
    let lookup = at_once(&fixture);

    let before = lookup.migrate_namespace(&id, &options).await.unwrap();
    lose(&fixture, Method::POST, "/user/{userId}/migratenamespace");
    fixture.users().migrate_namespace(&id, &options).await.unwrap_err();
    let after = lookup.migrate_namespace(&id, &options).await.unwrap().applied().unwrap();

    assert_eq!(before, Reconciled::NotApplied);
    assert_eq!(after.username.as_deref(), Some("moved"));
    assert_ne!(after.id, Some(id));
}

#[tokio::test]
async fn a_name_that_was_taken_before_is_no_migration() {
    let (fixture, id) = migration_fixture().await;
    fixture.add_user(json!({"username": "moved", "nsCode": "target"}));
    fixture.sandbox().advance_clock(Duration::from_secs(10));
    let mut options = NamespaceMigrationOptions::new("target");
    options.keep_user_id = false;
    options.username = Some("moved".to_owned());

    let reconciled = at_once(&fixture).migrate_namespace(&id, &options).await.unwrap();

    assert_eq!(reconciled, Reconciled::NotApplied);
}

#[tokio::test]
async fn a_migration_to_a_new_identifier_and_name_cannot_be_told() {
    let (fixture, id) = migration_fixture().await;
    let mut options = NamespaceMigrationOptions::new("target");
    options.keep_user_id = false;
    let lookup = at_once(&fixture);

    let reconciled = lookup.migrate_namespace(&id, &options).await.unwrap();

    assert_eq!(reconciled, Reconciled::Unknown);
}

#[tokio::test]
async fn a_strong_identification_shows_by_time_and_content() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let id = fixture.add_user(json!({}));
    let report = |remarks: &str| NewStrongIdentification {
        personal_id: "131052-308T".into(),
        remarks: Some(remarks.to_owned()),
    };
    let none = at_once(&fixture).report_strong_identification(&id, &report("a")).await.unwrap();
    users.report_strong_identification(&id, &report("a")).await.unwrap();
    fixture.sandbox().advance_clock(Duration::from_secs(10));

    let lookup = at_once(&fixture);
    let older = lookup.report_strong_identification(&id, &report("a")).await.unwrap();
    lose(&fixture, Method::POST, "/user/{userId}/strongidentification");
    users.report_strong_identification(&id, &report("a")).await.unwrap_err();
    let newer = lookup.report_strong_identification(&id, &report("a")).await.unwrap();
    let other = lookup.report_strong_identification(&id, &report("b")).await.unwrap();
    let viewer = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let censored = viewer.reconcile(Duration::from_secs(5));
    let censored = censored.report_strong_identification(&id, &report("a")).await.unwrap();

    assert_eq!((none, older), (Reconciled::NotApplied, Reconciled::NotApplied));
    assert_eq!(newer.applied().unwrap().count, Some(2));
    assert_eq!(other, Reconciled::Unknown);
    assert!(censored.applied().is_some());
    let unknown = lookup.report_strong_identification(&unknown_users()[0], &report("a")).await;
    assert_no_such_user(unknown);
}

#[tokio::test]
async fn an_identification_that_does_not_exist_may_be_a_404() {
    let fixture = Fixture::start().await;
    fixture.set_rule("strong-identification-missing-is-404", true);
    let id = fixture.add_user(json!({}));
    let report = NewStrongIdentification { personal_id: "1".into(), remarks: None };

    let reconciled = at_once(&fixture).report_strong_identification(&id, &report).await.unwrap();

    assert_eq!(reconciled, Reconciled::NotApplied);
}

#[tokio::test]
async fn roles_and_permissions_show_in_their_lists() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let role = json!({"name": "Support", "permissions": ["ROLE_VIEW"]});
    let role = fixture.sandbox().add_custom_role(role).unwrap();
    let id = fixture.add_user(json!({}));
    fixture.sandbox().grant_builtin_roles(id.as_str(), ["GROUP_AUDITOR"]).unwrap();
    let builtin = RoleChanges::new().add("ROLE_ADMIN").remove("GROUP_AUDITOR");
    let custom = RoleChanges::new().add(role.as_str());
    let granted = PermissionChanges::new().add("ROLE_VIEW");
    let lookup = at_once(&fixture);

    for is_applied in [false, true] {
        if is_applied {
            lose(&fixture, Method::PUT, "/user/{userId}/roles/builtin");
            users.update_builtin_roles(&id, &builtin).await.unwrap_err();
            users.update_custom_roles(&id, &custom).await.unwrap();
            users.update_custom_permissions(&id, &granted).await.unwrap();
        }
        let is = |found: bool| assert_eq!(found, is_applied);
        is(lookup.update_builtin_roles(&id, &builtin).await.unwrap().applied().is_some());
        is(lookup.update_custom_roles(&id, &custom).await.unwrap().applied().is_some());
        is(lookup.update_custom_permissions(&id, &granted).await.unwrap().applied().is_some());
    }
    for id in &unknown_users() {
        assert_no_such_user(lookup.update_builtin_roles(id, &builtin).await);
    }
}

#[tokio::test]
async fn custom_fields_show_by_value() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"customFields": {"office": "Turku", "rooms": [1, 2]}}));
    let lookup = at_once(&fixture);
    let check = async |fields: serde_json::Value| {
        let fields: CustomFields = serde_json::from_value(fields).unwrap();
        lookup.update_custom_fields(&id, &fields).await.unwrap().applied().is_some()
    };

    assert!(check(json!({})).await);
    assert!(check(json!({"office": "Turku"})).await);
    assert!(check(json!({"rooms": [1, 2], "gone": null})).await);
    assert!(!check(json!({"office": "Turku", "new": 1})).await);
    assert!(!check(json!({"office": "Oulu"})).await);
    let invalid = serde_json::from_value(json!({"a.b": 1})).unwrap();
    assert_never_sent(lookup.update_custom_fields(&id, &invalid).await);
}

#[tokio::test]
async fn an_update_shows_in_the_user_and_its_groups() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"title": "Dr.", "memberOf": ["drivers", "managers"]}));
    let lookup = at_once(&fixture);
    let check = async |change: fn(&mut User)| {
        let mut changed = User::new();
        change(&mut changed);
        lookup.update(&id, &changed).await.unwrap().applied().is_some()
    };

    assert!(check(|user| user.title = Some("Dr.".to_owned())).await);
    assert!(!check(|user| user.title = Some("Prof.".to_owned())).await);
    assert!(check(|user| user.member_of = Some(vec!["drivers".into(), "managers".into()])).await);
    assert!(!check(|user| user.member_of = Some(vec!["drivers".into()])).await);
    assert!(!check(|user| user.member_of = Some(vec!["drivers".into(), "new".into()])).await);
    assert!(!check(|user| user.member_of = Some(Vec::new())).await);
    let mut password = User::new();
    password.password = Some("Sininen-Kuu-42".into());
    assert_never_sent(lookup.update(&id, &password).await);
}

#[tokio::test]
async fn a_deleted_user_is_gone() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let lookup = at_once(&fixture);

    let before = lookup.delete(&id).await.unwrap();
    fixture.users().delete(&id).await.unwrap();
    let after = lookup.delete(&id).await.unwrap();

    assert_eq!((before, after), (Reconciled::NotApplied, Reconciled::Applied(())));
    let stranger = fixture.users_of_a_stranger().reconcile(Duration::ZERO);
    assert!(stranger.delete(&id).await.unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn a_change_that_shows_late_is_found() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    fixture.sandbox().grant_builtin_roles(id.as_str(), ["ROLE_ADMIN"]).unwrap();
    let early = Fault::status(200).body("[]").on(Method::GET, "/user/{userId}/roles/builtin");
    fixture.sandbox().inject(early.times(2)).unwrap();
    let changes = RoleChanges::new().add("ROLE_ADMIN");

    let lookup = fixture.users().reconcile(Duration::ZERO);
    let reconciled = lookup.update_builtin_roles(&id, &changes).await.unwrap();

    assert_eq!(reconciled, Reconciled::Applied(vec!["ROLE_ADMIN".into()]));
}
