//! Custom and effective permissions.

use http::Method;
use serde_json::json;
use trivore::models::{PermissionChanges, PermissionId, RoleChanges};
use trivore_tests::operations::{Case, CaseResult, Entry};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.custom_permissions", |users, subject| {
        Box::pin(
            async move { Ok(CaseResult::of(&users.custom_permissions(&subject.user()).await?)) },
        )
    })
    .shows_state()
    .recorded(&[Entry::of_case("get_custom_permissions")]),
    Case::new("users.update_custom_permissions", |users, subject| {
        Box::pin(async move {
            let changes = PermissionChanges {
                add: vec!["GROUP_VIEW".into()],
                remove: vec!["ROLE_VIEW".into()],
            };
            let left = users.update_custom_permissions(&subject.user(), &changes).await?;
            Ok(CaseResult::new(&changes, &left))
        })
    })
    .has_no_places()
    .seed(|setup, subject| {
        Box::pin(async move {
            let id: String = subject.user();
            setup.sandbox().grant_permissions(&id, ["ROLE_VIEW"]).unwrap();
        })
    })
    .recorded(&[Entry::new("update_custom_permissions", |users, id| {
        Box::pin(async move {
            let changes = PermissionChanges { add: vec!["A".into()], remove: vec!["B".into()] };
            drop(users.update_custom_permissions(id, &changes).await);
        })
    })]),
    Case::new("users.effective_permissions", |users, subject| {
        Box::pin(
            async move { Ok(CaseResult::of(&users.effective_permissions(&subject.user()).await?)) },
        )
    })
    .recorded(&[Entry::of_case("get_effective_permissions")]),
];

pub(super) const MODELS: &[Model] =
    &[Model::new::<PermissionChanges>(|| json!({"add": ["1"], "remove": ["2"]}))
        .shows(&["add", "remove"])];

fn ids(names: &[&str]) -> Vec<PermissionId> {
    names.iter().copied().map(PermissionId::from).collect()
}

fn add(names: &[&str]) -> PermissionChanges {
    PermissionChanges { add: ids(names), ..PermissionChanges::default() }
}

fn remove(names: &[&str]) -> PermissionChanges {
    PermissionChanges { remove: ids(names), ..PermissionChanges::default() }
}

#[tokio::test]
async fn permissions_are_given_and_taken_away() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    let given = users.update_custom_permissions(&id, &add(&["ROLE_VIEW", "GROUP_VIEW"])).await;
    let read = users.custom_permissions(&id).await.unwrap();
    let swap = PermissionChanges { add: ids(&["ACCOUNT_VIEW"]), remove: ids(&["ROLE_VIEW"]) };
    let swapped = users.update_custom_permissions(&id, &swap).await.unwrap();
    let left = users.update_custom_permissions(&id, &remove(&["GROUP_VIEW", "ACCOUNT_VIEW"])).await;

    assert_eq!(given.unwrap(), ids(&["GROUP_VIEW", "ROLE_VIEW"]));
    assert_eq!(read, ids(&["GROUP_VIEW", "ROLE_VIEW"]));
    assert_eq!(swapped, ids(&["ACCOUNT_VIEW", "GROUP_VIEW"]));
    assert_eq!(left.unwrap(), []);
    let path = format!("/user/{id}/permissions/custom");
    let (put, get) = (format!("PUT {path}"), format!("GET {path}"));
    assert_eq!(fixture.request_lines(), [put.clone(), get, put.clone(), put]);
}

#[tokio::test]
async fn only_the_lists_that_hold_something_are_sent() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));

    fixture.users().update_custom_permissions(&id, &add(&["GROUP_VIEW"])).await.unwrap();
    assert_eq!(fixture.last_body(&Method::PUT), json!({"add": ["GROUP_VIEW"]}));
    fixture.users().update_custom_permissions(&id, &PermissionChanges::default()).await.unwrap();
    assert_eq!(fixture.last_body(&Method::PUT), json!({}));

    assert_eq!(fixture.users().custom_permissions(&id).await.unwrap(), ids(&["GROUP_VIEW"]));
}

#[tokio::test]
async fn effective_permissions_come_from_all_sources() {
    let fixture = Fixture::start().await;
    let users = fixture.users();
    let drivers = fixture.sandbox().add_group(json!({"name": "drivers"})).unwrap();
    let role = json!({"name": "r", "permissions": ["NAMESPACE_VIEW"], "memberOf": [drivers]});
    fixture.sandbox().add_custom_role(role).unwrap();
    let id = fixture.add_user(json!({"memberOf": ["drivers"]}));

    assert_eq!(users.effective_permissions(&id).await.unwrap(), ids(&["NAMESPACE_VIEW"]));
    users.update_custom_permissions(&id, &add(&["ROLE_MODIFY"])).await.unwrap();
    let roles = RoleChanges { add: vec!["GROUP_AUDITOR".into()], ..RoleChanges::default() };
    users.update_builtin_roles(&id, &roles).await.unwrap();
    let effective = users.effective_permissions(&id).await.unwrap();

    let expected = ids(&["GROUP_VIEW", "NAMESPACE_VIEW", "ROLE_MODIFY", "ROLE_VIEW"]);
    assert_eq!(effective, expected);
    assert_eq!(users.custom_permissions(&id).await.unwrap(), ids(&["ROLE_MODIFY"]));
    assert_eq!(fixture.request_lines()[0], format!("GET /user/{id}/permissions/effective"));
}

#[tokio::test]
async fn a_permission_given_is_one_that_the_user_can_use() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"username": "maija", "password": "Secret-42"}));
    let other = fixture.add_user(json!({}));
    let maija = fixture.users_signed_in("maija", "Secret-42").await;

    assert_lacks("ACCOUNT_VIEW", maija.get(&other).await);
    fixture.users().update_custom_permissions(&id, &add(&["ACCOUNT_VIEW"])).await.unwrap();
    maija.get(&other).await.unwrap();
    fixture.users().update_custom_permissions(&id, &remove(&["ACCOUNT_VIEW"])).await.unwrap();
    assert_lacks("ACCOUNT_VIEW", maija.get(&other).await);
}

#[tokio::test]
async fn one_unknown_permission_refuses_the_whole_change() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    let changes = add(&["GROUP_VIEW", "NO_SUCH"]);
    let words = refusal(users.update_custom_permissions(&id, &changes).await);

    assert_eq!(words, "Field \"add[1]\" does not exist.");
    assert_eq!(users.custom_permissions(&id).await.unwrap(), []);
}

#[tokio::test]
async fn an_api_client_that_may_not_grant_is_forbidden_without_a_permissions_name() {
    let fixture = Fixture::start().await;
    fixture.set_rule("api-client-may-grant", false);
    let id = fixture.add_user(json!({}));

    let result = fixture.users().update_custom_permissions(&id, &add(&["GROUP_VIEW"])).await;

    let error = result.unwrap_err();
    assert!(error.is_forbidden());
    assert_eq!(error.missing_permission(), None);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.custom_permissions(id).await);
        assert_no_such_user(users.update_custom_permissions(id, &add(&["GROUP_VIEW"])).await);
        assert_no_such_user(users.effective_permissions(id).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let stranger = fixture.users_of_a_stranger();
    let manager = fixture.users_with_only(&["ACCOUNT_MODIFY"]);
    let auditor = fixture.users_with_only(&["ACCESSRIGHT_VIEW"]);
    let changes = add(&["GROUP_VIEW"]);

    assert_unauthorized(stranger.custom_permissions(&id).await);
    assert_unauthorized(stranger.update_custom_permissions(&id, &changes).await);
    assert_unauthorized(stranger.effective_permissions(&id).await);
    assert_lacks("ACCESSRIGHT_VIEW", manager.custom_permissions(&id).await);
    assert_lacks("ACCESSRIGHT_VIEW", manager.effective_permissions(&id).await);
    let refused = auditor.update_custom_permissions(&id, &changes).await;
    assert_lacks("ACCESSRIGHT_MODIFY", refused);

    assert_eq!(auditor.custom_permissions(&id).await.unwrap(), []);
}
