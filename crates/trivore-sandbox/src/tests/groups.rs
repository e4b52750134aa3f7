//! Tests of groups and who may be in them.

use serde_json::{Value, json};

use super::client::{api, bearer, export, send};
use crate::Sandbox;

async fn closed() -> (Sandbox, String) {
    let sandbox = Sandbox::start().await.unwrap();
    let group = json!({"name": "closed", "disallowUsers": true});
    let (status, group) = api(&sandbox, "POST", "/group", group).await;
    assert_eq!(status, 201);
    (sandbox, group["id"].as_str().unwrap().to_owned())
}

const REFUSED: &str = "Field \"memberOf\" names a group that does not allow users.";

#[tokio::test]
async fn a_group_without_users_refuses_them_by_identifier_and_by_name() {
    let (sandbox, group) = closed().await;
    let jane = json!({"username": "jane", "password": "x"});
    let id = sandbox.add_user(jane).unwrap();
    let own = format!("/api/rest/v1/user/{id}");
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    let basic = "Basic amFuZUBzYW5kYm94Ong=";

    for wanted in [group.as_str(), "closed"] {
        let body = json!({"memberOf": ["new", wanted]});
        for (method, path) in [("POST", "/user"), ("PUT", &format!("/user/{id}"))] {
            let (status, error) = api(&sandbox, method, path, body.clone()).await;
            assert_eq!((status, &error["errorMessage"]), (400, &json!(REFUSED)), "{method}");
        }
        for caller in [&token, basic] {
            assert_eq!(send(&sandbox, "PUT", &own, caller, body.clone()).await.0, 400);
        }
        assert!(sandbox.add_user(body).unwrap_err().to_string().contains("does not allow users"));
    }
    let (_, groups) = api(&sandbox, "GET", "/group", Value::Null).await;
    assert_eq!(groups["totalResults"], 1, "no group is made for a request that is refused");
    assert_eq!(sandbox.user_document(&id).unwrap()["memberOf"], json!([]));
}

#[tokio::test]
async fn who_is_in_a_group_stays_when_it_no_longer_allows_users() {
    let sandbox = Sandbox::start().await.unwrap();
    let group = sandbox.add_group(json!({"name": "g"})).unwrap();
    let id = sandbox.add_user(json!({"memberOf": ["g"]})).unwrap();
    let other = sandbox.add_user(json!({})).unwrap();
    let change = json!({"disallowUsers": true});
    assert_eq!(api(&sandbox, "PUT", &format!("/group/{group}"), change).await.0, 200);

    let user = |id: &str| format!("/user/{id}");
    let (status, changed) =
        api(&sandbox, "PUT", &user(&id), json!({"memberOf": ["g", "h"], "title": "x"})).await;
    assert_eq!((status, &changed["memberOf"][0]), (200, &json!(group)));
    assert_eq!(api(&sandbox, "PUT", &user(&other), json!({"memberOf": ["g"]})).await.0, 400);
    assert_eq!(api(&sandbox, "PUT", &user(&id), json!({"memberOf": []})).await.0, 200);
    assert_eq!(api(&sandbox, "PUT", &user(&id), json!({"memberOf": ["g"]})).await.0, 400);

    let open = json!({"disallowUsers": false});
    assert_eq!(api(&sandbox, "PUT", &format!("/group/{group}"), open).await.0, 200);
    assert_eq!(api(&sandbox, "PUT", &user(&id), json!({"memberOf": ["g"]})).await.0, 200);
}

#[tokio::test]
async fn a_migration_and_a_seed_cannot_enter_a_group_without_users() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    let group = json!({"name": "g", "nsCode": "t", "disallowUsers": true});
    sandbox.add_group(group).unwrap();
    let id = sandbox.add_user(json!({"memberOf": ["g"]})).unwrap();
    let options = json!({"targetNsCode": "t", "keepGroups": true});
    let (status, error) =
        api(&sandbox, "POST", &format!("/user/{id}/migratenamespace"), options).await;
    assert_eq!((status, &error["errorMessage"]), (400, &json!(REFUSED)));

    let seed = json!({
        "groups": [{"name": "closed", "disallowUsers": true}],
        "users": [{"username": "jane", "memberOf": ["closed"]}],
    });
    let (status, error) = send(&sandbox, "POST", "/sandbox/import", "", seed).await;
    assert_eq!(status, 400);
    assert!(error["errorMessage"].as_str().unwrap().contains("users[0]"), "{error}");
}

#[tokio::test]
async fn a_group_without_groups_refuses_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let group = json!({"name": "closed", "disallowGroups": true});
    let closed = sandbox.add_group(group).unwrap();
    let member = sandbox.add_group(json!({"name": "member"})).unwrap();

    for (method, path) in [("POST", "/group"), ("PUT", &format!("/group/{member}"))] {
        let body = json!({"name": "x", "memberOf": [closed]});
        let (status, error) = api(&sandbox, method, path, body).await;
        let expected = "Field \"memberOf\" names a group that does not allow groups.";
        assert_eq!((status, &error["errorMessage"]), (400, &json!(expected)), "{method}");
    }
    // Users are allowed.
    sandbox.add_user(json!({"memberOf": ["closed"]})).unwrap();
}

#[tokio::test]
async fn an_export_with_members_of_a_closed_group_is_imported() {
    let sandbox = Sandbox::start().await.unwrap();
    let group = sandbox.add_group(json!({"name": "g"})).unwrap();
    sandbox.add_user(json!({"memberOf": ["g"]})).unwrap();
    let change = json!({"disallowUsers": true});
    api(&sandbox, "PUT", &format!("/group/{group}"), change).await;
    let seed = export(&sandbox);

    sandbox.import(std::io::Cursor::new(&seed)).unwrap();

    assert_eq!(export(&sandbox), seed);
}
