//! Groups, roles and permissions as sets.

use http::Method;
use serde_json::{Value, json};
use trivore::models::{GroupRef, PermissionId, RoleId, UserId};
use trivore_sandbox::Fault;
use trivore_tests::{
    Fixture, Recorder, assert_lacks, assert_never_sent, assert_no_such_user, refusal, unknown_users,
};

fn groups(names: &[&str]) -> Vec<GroupRef> {
    names.iter().copied().map(GroupRef::from).collect()
}

fn roles(names: &[&str]) -> Vec<RoleId> {
    names.iter().copied().map(RoleId::from).collect()
}

/// A user in the groups `drivers` and `testers`, and their identifiers.
async fn member() -> (Fixture, UserId, Vec<GroupRef>) {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({"memberOf": ["drivers", "testers"]}));
    let ids = serde_json::from_value(fixture.document(&id)["memberOf"].clone()).unwrap();
    fixture.take_changes();
    (fixture, id, ids)
}

fn writes(fixture: &Fixture) -> usize {
    fixture.sandbox().requests().iter().filter(|request| request.method == Method::PUT).count()
}

fn stored_groups(fixture: &Fixture, id: &UserId) -> Value {
    fixture.document(id)["memberOf"].clone()
}

#[tokio::test]
async fn groups_are_added_by_name_and_by_identifier() {
    let (fixture, id, before) = member().await;
    let known = GroupRef::from(fixture.sandbox().add_group(json!({"name": "known"})).unwrap());
    let given = [&[known.clone(), before[0].clone()], &groups(&["testers", "new"])[..]].concat();

    let change = fixture.users().add_to_groups(&id, &given).await.unwrap();

    assert_eq!(change.already, before);
    assert_eq!(change.current[..3], [&before[..], std::slice::from_ref(&known)].concat());
    assert_eq!(change.added, change.current[2..]);
    assert_eq!(change.removed, []);
    assert_eq!(json!(change.current), stored_groups(&fixture, &id));
    let sent = json!({"memberOf": [before[0], before[1], known, "new"]});
    assert_eq!(fixture.last_body(&Method::PUT), sent);
    assert_eq!(
        fixture.request_lines(),
        [
            format!("GET /user/{id}"),
            format!("GET /user/{id}/groupmembership"),
            format!("PUT /user/{id}")
        ]
    );
}

#[tokio::test]
async fn identifiers_need_no_names() {
    let (fixture, id, before) = member().await;
    let known = GroupRef::from(fixture.sandbox().add_group(json!({"name": "known"})).unwrap());

    fixture.users().add_to_groups(&id, &[known, before[1].clone()]).await.unwrap();

    assert_eq!(fixture.request_lines(), [format!("GET /user/{id}"), format!("PUT /user/{id}")]);
}

#[tokio::test]
async fn groups_are_removed_and_no_group_is_created() {
    let (fixture, id, before) = member().await;

    let given = [groups(&["drivers", "unknown", "drivers"]), vec![before[0].clone()]].concat();
    let change = fixture.users().remove_from_groups(&id, &given).await.unwrap();

    assert_eq!(change.removed, before[..1]);
    assert_eq!(change.current, before[1..]);
    assert_eq!(change.already, groups(&["unknown"]));
    assert_eq!(fixture.take_changes(), ["update"]);
}

#[tokio::test]
async fn groups_are_set_in_one_write() {
    let (fixture, id, before) = member().await;

    let change = fixture.users().set_groups(&id, &groups(&["new", "testers"])).await.unwrap();

    assert_eq!(change.removed, before[..1]);
    assert_eq!(change.already, before[1..]);
    assert_eq!((change.added.len(), change.current.len()), (1, 2));
    assert_eq!(fixture.last_body(&Method::PUT), json!({"memberOf": [before[1], "new"]}));
    assert_eq!(writes(&fixture), 1);
}

#[tokio::test]
async fn an_empty_list_removes_all_groups_and_adds_none() {
    let (fixture, id, before) = member().await;
    let users = fixture.users();

    let added = users.add_to_groups(&id, &[]).await.unwrap();
    let removed = users.remove_from_groups(&id, &[]).await.unwrap();
    assert!(!added.has_changed() && !removed.has_changed() && writes(&fixture) == 0);
    let set = users.set_groups(&id, &[]).await.unwrap();
    let again = users.set_groups(&id, &[]).await.unwrap();

    assert_eq!((set.removed, set.current), (before, Vec::new()));
    assert!(!again.has_changed());
    assert_eq!(fixture.last_body(&Method::PUT), json!({"memberOf": []}));
    assert_eq!(writes(&fixture), 1);
}

#[tokio::test]
async fn nothing_is_written_if_nothing_changes() {
    let (fixture, id, before) = member().await;
    let users = fixture.users();
    fixture.sandbox().grant_builtin_roles(id.as_str(), ["ROLE_ADMIN"]).unwrap();
    fixture.sandbox().grant_permissions(id.as_str(), ["ROLE_VIEW"]).unwrap();
    let (role, permission) = (roles(&["ROLE_ADMIN"; 2]), [PermissionId::from("ROLE_VIEW")]);
    let other = roles(&["GROUP_ADMIN"]);

    let changes = [
        users.set_groups(&id, &groups(&["testers", "drivers"])).await.unwrap().has_changed(),
        users.add_to_groups(&id, &before).await.unwrap().has_changed(),
        users.remove_from_groups(&id, &groups(&["other"])).await.unwrap().has_changed(),
        users.set_builtin_roles(&id, &role).await.unwrap().has_changed(),
        users.add_builtin_roles(&id, &role).await.unwrap().has_changed(),
        users.remove_builtin_roles(&id, &other).await.unwrap().has_changed(),
        users.set_custom_roles(&id, &[]).await.unwrap().has_changed(),
        users.remove_custom_roles(&id, &other).await.unwrap().has_changed(),
        users.set_custom_permissions(&id, &permission).await.unwrap().has_changed(),
        users.add_custom_permissions(&id, &permission).await.unwrap().has_changed(),
        users.remove_custom_permissions(&id, &["X".into()]).await.unwrap().has_changed(),
    ];

    assert_eq!(changes, [false; 11]);
    assert_eq!(writes(&fixture), 0);
}

#[tokio::test]
async fn an_identifier_that_no_group_has_is_an_error() {
    let (fixture, id, _) = member().await;
    let unknown = groups(&["0123456789abcdef01234567"]);
    let users = fixture.users();

    for result in [users.add_to_groups(&id, &unknown).await, users.set_groups(&id, &unknown).await]
    {
        let error = result.unwrap_err();
        assert!(error.may_have_been_applied(), "{error}");
    }
    let other = Fixture::with(|sandbox| sandbox.namespace(json!({"code": "other"}))).await;
    let foreign = json!({"name": "foreign", "nsCode": "other"});
    let foreign = GroupRef::from(other.sandbox().add_group(foreign).unwrap());
    let id = other.add_user(json!({}));
    let words = refusal(other.users().add_to_groups(&id, &[foreign]).await);
    assert_eq!(words, "Field \"memberOf\" names a group of another namespace.");
}

#[tokio::test]
async fn builtin_roles_are_a_set() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let users = fixture.users();
    let add = roles(&["ROLE_ADMIN", "GROUP_ADMIN", "ROLE_ADMIN"]);

    let added = users.add_builtin_roles(&id, &add).await.unwrap();
    let set = users.set_builtin_roles(&id, &roles(&["GROUP_ADMIN", "ACCOUNT_AUDITOR"])).await;
    let body = fixture.last_body(&Method::PUT);
    let removed = users.remove_builtin_roles(&id, &roles(&["ACCOUNT_AUDITOR"])).await.unwrap();

    assert_eq!(added.added, roles(&["GROUP_ADMIN", "ROLE_ADMIN"]));
    let set = set.unwrap();
    assert_eq!(set.added, roles(&["ACCOUNT_AUDITOR"]));
    assert_eq!(set.removed, roles(&["ROLE_ADMIN"]));
    assert_eq!(set.already, roles(&["GROUP_ADMIN"]));
    assert_eq!(body, json!({"add": ["ACCOUNT_AUDITOR"], "remove": ["ROLE_ADMIN"]}));
    assert_eq!(removed.current, roles(&["GROUP_ADMIN"]));
    assert_eq!(writes(&fixture), 3);
    let words = refusal(users.add_builtin_roles(&id, &roles(&["NO_SUCH"])).await);
    assert_eq!(words, "Field \"add[0]\" does not exist.");
}

#[tokio::test]
async fn custom_roles_and_permissions_are_sets() {
    let fixture = Fixture::start().await;
    let role = |name: &str| {
        let role = json!({"name": name, "permissions": ["ROLE_VIEW"]});
        RoleId::from(fixture.sandbox().add_custom_role(role).unwrap())
    };
    let (first, second) = (role("first"), role("second"));
    let id = fixture.add_user(json!({}));
    let users = fixture.users();

    users.add_custom_roles(&id, std::slice::from_ref(&first)).await.unwrap();
    let set = users.set_custom_roles(&id, std::slice::from_ref(&second)).await.unwrap();
    let left = users.remove_custom_roles(&id, std::slice::from_ref(&second)).await.unwrap();
    users.add_custom_permissions(&id, &["ROLE_VIEW".into()]).await.unwrap();
    let granted = users.set_custom_permissions(&id, &["GROUP_VIEW".into()]).await.unwrap();
    let revoked = users.remove_custom_permissions(&id, &["GROUP_VIEW".into()]).await.unwrap();

    assert_eq!((set.added, set.removed), (vec![second], vec![first]));
    assert_eq!(left.current, []);
    assert_eq!(granted.added, ["GROUP_VIEW".into()]);
    assert_eq!(granted.removed, ["ROLE_VIEW".into()]);
    assert_eq!(revoked.current, []);
}

#[tokio::test]
async fn an_empty_identifier_is_never_sent() {
    let (fixture, id, _) = member().await;
    let users = fixture.users();

    assert_never_sent(users.add_to_groups(&id, &groups(&["a", ""])).await);
    assert_never_sent(users.set_builtin_roles(&id, &roles(&[""])).await);
    assert_never_sent(users.add_custom_roles(&id, &roles(&[""])).await);
    assert_never_sent(users.remove_custom_permissions(&id, &["".into()]).await);
    assert_never_sent(users.set_groups(&"..".into(), &[]).await);

    assert_eq!(fixture.request_lines(), [""; 0]);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let fixture = Fixture::start().await;
    let users = fixture.users();

    for id in &unknown_users() {
        assert_no_such_user(users.set_groups(id, &[]).await);
        assert_no_such_user(users.add_builtin_roles(id, &[]).await);
        assert_no_such_user(users.add_custom_roles(id, &[]).await);
        assert_no_such_user(users.add_custom_permissions(id, &[]).await);
    }
}

#[tokio::test]
async fn those_without_permission_are_refused() {
    let (fixture, id, _) = member().await;
    let viewer = fixture.users_with_only(&["ACCOUNT_VIEW", "ACCESSRIGHT_VIEW"]);

    assert_lacks("ACCOUNT_MODIFY", viewer.set_groups(&id, &[]).await);
    let add = viewer.add_builtin_roles(&id, &roles(&["ROLE_ADMIN"])).await;
    assert_lacks("ACCESSRIGHT_MODIFY", add);
    let add = viewer.add_custom_permissions(&id, &["ROLE_VIEW".into()]).await;
    assert_lacks("ACCESSRIGHT_MODIFY", add);
}

#[tokio::test]
async fn a_change_that_the_service_makes_in_part_is_an_error() {
    let fixture = Fixture::start().await;
    let id = fixture.add_user(json!({}));
    let ignored = Fault::status(200).body("[]").on(Method::PUT, "/user/{userId}/roles/builtin");
    fixture.sandbox().inject(ignored).unwrap();

    let error = fixture.users().add_builtin_roles(&id, &roles(&["ROLE_ADMIN"])).await.unwrap_err();

    assert!(error.may_have_been_applied(), "{error}");
}

#[tokio::test]
async fn a_service_that_omits_empty_lists_is_understood() {
    let recorder = Recorder::new();
    for response in [
        // The user has no list, and no memberships.
        r#"{"id":"1"}"#,
        "[]",
        // The list is gone after it was emptied.
        r#"{"id":"1","memberOf":["a"]}"#,
        r#"{"id":"1"}"#,
        "[]",
        r#"{"id":"1","memberOf":null}"#,
        "[]",
        r#"{"id":"1","memberOf":["a"]}"#,
        // It must not be gone after a group was added.
        r#"{"id":"1"}"#,
        "[]",
        r#"{"id":"1"}"#,
    ] {
        recorder.respond(200, response);
    }
    let trivore = recorder.trivore();
    let users = trivore.users();
    let id = UserId::from("1");

    let none = users.remove_from_groups(&id, &groups(&["x"])).await.unwrap();
    let emptied = users.set_groups(&id, &[]).await.unwrap();
    let added = users.add_to_groups(&id, &groups(&["a"])).await.unwrap();
    let error = users.add_to_groups(&id, &groups(&["a"])).await.unwrap_err();

    assert_eq!(none.already, groups(&["x"]));
    assert_eq!((emptied.removed, emptied.current), (groups(&["a"]), Vec::new()));
    assert_eq!((added.added, added.removed), (groups(&["a"]), Vec::new()));
    assert!(error.is_decode() && error.may_have_been_applied(), "{error}");
    assert_eq!(recorder.requests().len(), 11);
}

#[tokio::test]
async fn groups_that_the_service_does_not_list_are_never_overwritten() {
    let id = UserId::from("1");
    for user in [r#"{"id":"1"}"#, r#"{"id":"1","memberOf":null}"#] {
        for (status, memberships) in
            [(200, r#"[{"id":"a","name":"drivers"}]"#), (200, "[{}]"), (403, "{}")]
        {
            for edit in 0..3 {
                let recorder = Recorder::new();
                recorder.respond(200, user);
                recorder.respond(status, memberships);
                let trivore = recorder.trivore();
                let users = trivore.users();
                let given = groups(&["b"]);

                let error = match edit {
                    0 => users.add_to_groups(&id, &given).await,
                    1 => users.remove_from_groups(&id, &given).await,
                    _ => users.set_groups(&id, &given).await,
                }
                .unwrap_err();

                assert!(!error.may_have_been_applied(), "{error}");
                assert_eq!(
                    (error.is_decode(), error.is_forbidden()),
                    (status == 200, status == 403)
                );
                let requests = recorder.requests();
                assert!(requests.iter().all(|request| request.method() == "GET"));
            }
        }
    }
}

#[tokio::test]
async fn a_user_that_could_not_leave_its_groups_is_an_error() {
    let recorder = Recorder::new();
    recorder.respond(200, r#"{"id":"1","memberOf":["a"]}"#);
    recorder.respond(200, r#"{"id":"1"}"#);
    recorder.respond(200, r#"[{"id":"a"}]"#);
    let trivore = recorder.trivore();

    let error = trivore.users().set_groups(&"1".into(), &[]).await.unwrap_err();

    assert!(error.may_have_been_applied(), "{error}");
}
