//! Built-in and custom roles.

use http::Method;
use serde_json::json;
use trivore::models::{RoleChanges, RoleId};
use trivore_tests::operations::{Case, CaseResult, Change, Entry, UNSET};
use trivore_tests::{
    Fixture, Model, assert_lacks, assert_no_such_user, assert_unauthorized, refusal, unknown_users,
};

pub(super) const CASES: &[Case] = &[
    Case::new("users.builtin_roles", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.builtin_roles(&subject.user()).await?)) })
    })
    .shows_state()
    .recorded(&[Entry::of_case("get_builtin_roles")]),
    Case::new("users.update_builtin_roles", |users, subject| {
        Box::pin(async move {
            let changes = RoleChanges {
                add: vec!["ACCOUNT_AUDITOR".into()],
                remove: vec!["GROUP_AUDITOR".into()],
            };
            let left = users.update_builtin_roles(&subject.user(), &changes).await?;
            Ok(CaseResult::new(&changes, &left))
        })
    })
    .has_no_places()
    .seed(|setup, subject| {
        Box::pin(async move {
            let id: String = subject.user();
            setup.sandbox().grant_builtin_roles(&id, ["GROUP_AUDITOR"]).unwrap();
        })
    })
    .recorded(&[Entry::new("update_builtin_roles", |users, id| {
        Box::pin(async move {
            let changes = RoleChanges { add: vec!["A".into()], ..RoleChanges::default() };
            drop(users.update_builtin_roles(id, &changes).await);
        })
    })
    .deviates(&[(Change::NoNulls, UNSET)])]),
    Case::new("users.custom_roles", |users, subject| {
        Box::pin(async move { Ok(CaseResult::of(&users.custom_roles(&subject.user()).await?)) })
    })
    .shows_state()
    .recorded(&[Entry::of_case("get_custom_roles")]),
    Case::new("users.update_custom_roles", |users, subject| {
        Box::pin(async move {
            let changes = RoleChanges { add: vec![subject.id("role")], remove: Vec::new() };
            let left = users.update_custom_roles(&subject.user(), &changes).await?;
            Ok(CaseResult::new(&changes, &left))
        })
    })
    .has_no_places()
    .seed(|setup, subject| {
        Box::pin(async move {
            let name = format!("zqn-role-of-{}", subject.user::<String>());
            let role = json!({"name": name, "permissions": ["GROUP_VIEW"]});
            subject.set("role", setup.sandbox().add_custom_role(role).unwrap());
        })
    })
    .recorded(&[Entry::new("update_custom_roles", |users, id| {
        Box::pin(async move {
            let changes = RoleChanges { remove: vec!["A".into()], ..RoleChanges::default() };
            drop(users.update_custom_roles(id, &changes).await);
        })
    })
    .deviates(&[(Change::NoNulls, UNSET)])]),
];

pub(super) const MODELS: &[Model] =
    &[Model::new::<RoleChanges>(|| json!({"add": ["1"], "remove": ["2"]}))
        .shows(&["add", "remove"])];

fn ids(names: &[&str]) -> Vec<RoleId> {
    names.iter().copied().map(RoleId::from).collect()
}

fn add(names: &[&str]) -> RoleChanges {
    RoleChanges { add: ids(names), ..RoleChanges::default() }
}

#[tokio::test]
async fn builtin_roles_are_given_and_taken_away() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    let given = users.update_builtin_roles(&id, &add(&["ROLE_ADMIN", "GROUP_ADMIN"])).await;
    let read = users.builtin_roles(&id).await.unwrap();
    let swap = RoleChanges { add: ids(&["ACCOUNT_AUDITOR"]), remove: ids(&["ROLE_ADMIN"]) };
    let swapped = users.update_builtin_roles(&id, &swap).await.unwrap();

    assert_eq!(given.unwrap(), ids(&["GROUP_ADMIN", "ROLE_ADMIN"]));
    assert_eq!(read, ids(&["GROUP_ADMIN", "ROLE_ADMIN"]));
    assert_eq!(swapped, ids(&["ACCOUNT_AUDITOR", "GROUP_ADMIN"]));
    assert_eq!(
        fixture.last_body(&Method::PUT),
        json!({"add": ["ACCOUNT_AUDITOR"], "remove": ["ROLE_ADMIN"]})
    );
    assert_eq!(users.custom_roles(&id).await.unwrap(), []);
    let effective = users.effective_permissions(&id).await.unwrap();
    assert_eq!(effective, ["ACCOUNT_VIEW", "GROUP_MODIFY", "GROUP_VIEW"].map(Into::into));
    let path = format!("/user/{id}/roles/builtin");
    assert_eq!(fixture.request_lines()[..2], [format!("PUT {path}"), format!("GET {path}")]);
}

#[tokio::test]
async fn custom_roles_are_given_and_taken_away() {
    let fixture = Fixture::start().await;
    let role = |name: &str| {
        let role = json!({"name": name, "permissions": ["ROLE_MODIFY"]});
        fixture.sandbox().add_custom_role(role).unwrap()
    };
    let (first, second) = (role("first"), role("second"));
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    let given = users.update_custom_roles(&id, &add(&[&first, &second])).await.unwrap();
    let remove = RoleChanges { remove: ids(&[&first]), ..RoleChanges::default() };
    let left = users.update_custom_roles(&id, &remove).await.unwrap();
    let read = users.custom_roles(&id).await.unwrap();

    assert_eq!(given, ids(&[&first, &second]));
    assert_eq!(left, ids(&[&second]));
    assert_eq!(read, left);
    assert_eq!(fixture.last_body(&Method::PUT), json!({"remove": [first]}));
    assert_eq!(users.builtin_roles(&id).await.unwrap(), []);
    let effective = users.effective_permissions(&id).await.unwrap();
    assert_eq!(effective, ["ROLE_MODIFY", "ROLE_VIEW"].map(Into::into));
    let path = format!("/user/{id}/roles/custom");
    assert_eq!(fixture.request_lines()[1..3], [format!("PUT {path}"), format!("GET {path}")]);
}

#[tokio::test]
async fn giving_a_role_twice_or_taking_one_that_is_not_there_changes_nothing() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();
    let remove = RoleChanges { remove: ids(&["ROLE_ADMIN"]), ..RoleChanges::default() };

    users.update_builtin_roles(&id, &add(&["GROUP_ADMIN"])).await.unwrap();
    let twice = users.update_builtin_roles(&id, &add(&["GROUP_ADMIN"])).await.unwrap();
    let absent = users.update_builtin_roles(&id, &remove).await.unwrap();
    let nothing = users.update_builtin_roles(&id, &RoleChanges::default()).await.unwrap();

    assert_eq!([twice, absent, nothing], [const { "GROUP_ADMIN" }; 3].map(|role| ids(&[role])));
}

#[tokio::test]
async fn one_unknown_role_refuses_the_whole_change() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();
    let mixed = add(&["GROUP_ADMIN", "NO_SUCH"]);

    let words = refusal(users.update_builtin_roles(&id, &mixed).await);
    assert_eq!(words, "Field \"add[1]\" does not exist.");
    let words = refusal(users.update_custom_roles(&id, &mixed).await);
    assert_eq!(words, "Field \"add[0]\" does not exist.");

    assert_eq!(users.builtin_roles(&id).await.unwrap(), []);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.builtin_roles(id).await);
        assert_no_such_user(users.update_builtin_roles(id, &add(&["GROUP_ADMIN"])).await);
        assert_no_such_user(users.custom_roles(id).await);
        assert_no_such_user(users.update_custom_roles(id, &add(&[])).await);
    }
}

#[tokio::test]
async fn strangers_and_those_without_permission_are_refused() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let stranger = fixture.users_of_a_stranger();
    let manager = fixture.users_with_only(&["ACCOUNT_MODIFY"]);
    let auditor = fixture.users_with_only(&["ACCESSRIGHT_VIEW"]);
    let changes = add(&["GROUP_ADMIN"]);

    assert_unauthorized(stranger.builtin_roles(&id).await);
    assert_unauthorized(stranger.update_builtin_roles(&id, &changes).await);
    assert_unauthorized(stranger.custom_roles(&id).await);
    assert_unauthorized(stranger.update_custom_roles(&id, &changes).await);
    assert_lacks("ACCESSRIGHT_VIEW", manager.builtin_roles(&id).await);
    assert_lacks("ACCESSRIGHT_VIEW", manager.custom_roles(&id).await);
    assert_lacks("ACCESSRIGHT_MODIFY", auditor.update_builtin_roles(&id, &changes).await);
    assert_lacks("ACCESSRIGHT_MODIFY", auditor.update_custom_roles(&id, &changes).await);

    assert_eq!(auditor.builtin_roles(&id).await.unwrap(), []);
}
