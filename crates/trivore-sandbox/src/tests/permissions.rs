//! Tests of credentials and permissions.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{api, bearer, send};
use crate::{ApiClient, Sandbox};

#[tokio::test]
async fn credentials_and_permissions_are_enforced() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = ApiClient::new("reader", "secret").permissions(["ACCOUNT_VIEW"]);
    sandbox.create_api_client(client.namespaces(["sandbox"]));
    let reader = format!("Basic {}", STANDARD.encode("reader:secret"));
    let users = "/api/rest/v1/user";

    assert_eq!(send(&sandbox, "GET", users, "", Value::Null).await.0, 401);
    assert_eq!(send(&sandbox, "GET", users, "Basic x", Value::Null).await.0, 401);
    assert_eq!(send(&sandbox, "GET", users, "Bearer x", Value::Null).await.0, 401);
    let (status, page) = send(&sandbox, "GET", users, &reader, Value::Null).await;
    assert_eq!((status, &page["totalResults"]), (200, &json!(0)));
    let (status, error) = send(&sandbox, "POST", users, &reader, json!({})).await;
    assert_eq!(status, 403);
    let message = "Client does not have required permission ACCOUNT_MODIFY.";
    assert_eq!(error["errorMessage"], message);
    let operator = sandbox.shared().state().user_named("operators", "operator").unwrap().to_owned();
    let foreign = format!("{users}/{operator}");
    assert_eq!(send(&sandbox, "GET", &foreign, &reader, Value::Null).await.0, 403);
    assert_eq!(send(&sandbox, "GET", "/api/rest/v1/no", "", Value::Null).await.0, 404);
    assert_eq!(send(&sandbox, "PATCH", users, "", Value::Null).await.0, 405);
}

#[tokio::test]
async fn users_may_do_to_themselves_what_grants_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({"username": "jane", "password": "x", "mobiles": [{"number": "+358401"}]});
    let id = sandbox.add_user(user).unwrap();
    let token = bearer(&sandbox, "jane@sandbox", "x").await;
    let own = format!("/api/rest/v1/user/{id}");

    let (status, user) = send(&sandbox, "GET", &own, &token, Value::Null).await;
    assert_eq!((status, &user["username"]), (200, &json!("jane")));
    let (status, info) = send(&sandbox, "GET", "/openid/userinfo", &token, Value::Null).await;
    assert_eq!((status, &info["sub"]), (200, &json!(id)));
    let profile = format!("{own}/profile");
    let change = json!({"nickName": "J", "username": "ignored"});
    let (status, profile_after) = send(&sandbox, "PUT", &profile, &token, change).await;
    assert_eq!((status, &profile_after["nickName"]), (200, &json!("J")));
    assert_eq!(api(&sandbox, "GET", &format!("/user/{id}/profile"), Value::Null).await.0, 403);
    let roles = format!("{own}/roles/builtin");
    let grant = json!({"add": ["PORTAL_ADMIN"], "remove": null});
    assert_eq!(send(&sandbox, "PUT", &roles, &token, grant.clone()).await.0, 403);
    assert_eq!(send(&sandbox, "GET", "/api/rest/v1/user", &token, Value::Null).await.0, 403);
    let roles = format!("/user/{id}/roles/builtin");
    assert_eq!(api(&sandbox, "PUT", &roles, grant).await, (200, json!(["PORTAL_ADMIN"])));
    assert_eq!(send(&sandbox, "GET", "/api/rest/v1/user", &token, Value::Null).await.0, 200);

    sandbox.advance_clock(Duration::from_secs(60 * 60));
    assert_eq!(send(&sandbox, "GET", &own, &token, Value::Null).await.0, 401);
}

#[tokio::test]
async fn a_token_without_a_scope_opens_nothing_if_scopes_are_enforced() {
    use crate::resources::endpoints::api_endpoints;

    let sandbox = Sandbox::start().await.unwrap();
    let token = bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    let mut rules = sandbox.rules();
    rules.scopes_enforced = true;
    sandbox.set_rules(rules);

    for endpoint in api_endpoints() {
        let path = endpoint.path.replace(['{', '}'], "");
        // Documented: no scope is required.
        let is_open = endpoint.path.ends_with("/strongidentification/interactive");
        let method = endpoint.method.as_str();
        let (status, error) =
            send(&sandbox, method, &format!("/api/rest/v1{path}"), &token, json!({})).await;
        let message = error["errorMessage"].as_str().unwrap_or_default();
        let is_refused = status == 403 && message.contains("required scope");
        assert_eq!(is_refused, !is_open, "{method} {path}: {status} {error}");
    }
}

/// Jane without permissions, and a group whose members may change users.
async fn with_admins() -> (Sandbox, String, String) {
    let sandbox = Sandbox::start().await.unwrap();
    let jane = json!({"username": "jane", "password": "x", "memberOf": ["staff"]});
    let id = sandbox.add_user(jane).unwrap();
    let admins = sandbox.add_group(json!({"name": "admins"})).unwrap();
    let role = json!({"name": "Admin", "permissions": ["ACCOUNT_MODIFY"], "memberOf": [admins]});
    sandbox.add_custom_role(role).unwrap();
    sandbox.add_group(json!({"name": "below", "memberOf": [admins]})).unwrap();
    (sandbox, id, admins)
}

/// The token of a user, and the user's Basic credentials.
async fn credentials(sandbox: &Sandbox, name: &str) -> [String; 2] {
    let basic = format!("Basic {}", STANDARD.encode(format!("{name}@sandbox:x")));
    [bearer(sandbox, &format!("{name}@sandbox"), "x").await, basic]
}

fn may_grant(sandbox: &Sandbox, on: bool) {
    let mut rules = sandbox.rules();
    rules.self_may_grant = on;
    sandbox.set_rules(rules);
}

#[tokio::test]
async fn nobody_gains_permissions_by_joining_a_group() {
    let (sandbox, id, admins) = with_admins().await;
    let own = format!("/api/rest/v1/user/{id}");
    let before = sandbox.user_document(&id).unwrap();
    for caller in credentials(&sandbox, "jane").await {
        for groups in
            [json!([admins]), json!(["admins"]), json!(["below"]), json!(["staff", "new", "below"])]
        {
            let body = json!({"memberOf": groups, "title": "Dr"});
            let (status, error) = send(&sandbox, "PUT", &own, &caller, body).await;
            let expected = "Users cannot gain permissions by joining a group.";
            assert_eq!((status, &error["errorMessage"]), (403, &json!(expected)), "{groups}");
        }
    }
    assert_eq!(sandbox.user_document(&id).unwrap(), before);
    let (_, groups) = api(&sandbox, "GET", "/group", Value::Null).await;
    assert_eq!(groups["totalResults"], 3);

    // What gives no permission is open.
    let [token, _] = credentials(&sandbox, "jane").await;
    let body = json!({"memberOf": ["staff", "new"], "title": "Dr"});
    assert_eq!(send(&sandbox, "PUT", &own, &token, body).await.0, 200);
    // A client can do it, and who may grant permissions anyway.
    let body = json!({"memberOf": ["admins"]});
    assert_eq!(api(&sandbox, "PUT", &format!("/user/{id}"), body.clone()).await.0, 200);
    assert_eq!(send(&sandbox, "PUT", &own, &token, json!({"title": "x"})).await.0, 200);
    assert_eq!(send(&sandbox, "PUT", &own, &token, body.clone()).await.0, 200, "a member already");
    assert_eq!(send(&sandbox, "PUT", &own, &token, json!({"memberOf": []})).await.0, 200);
    assert_eq!(send(&sandbox, "PUT", &own, &token, body.clone()).await.0, 403);
    sandbox.grant_permissions(&id, ["ACCESSRIGHT_MODIFY"]).unwrap();
    assert_eq!(send(&sandbox, "PUT", &own, &token, body).await.0, 200);
}

#[tokio::test]
async fn nobody_gains_permissions_by_a_role_or_another_account() {
    let (sandbox, id, admins) = with_admins().await;
    sandbox.grant_permissions(&id, ["ROLE_MODIFY", "ACCOUNT_MODIFY"]).unwrap();
    let staff = sandbox.user_document(&id).unwrap()["memberOf"][0].as_str().unwrap().to_owned();
    let chiefs = sandbox.add_group(json!({"name": "chiefs"})).unwrap();
    let chief = json!({"name": "c", "permissions": ["ACCESSRIGHT_MODIFY"], "memberOf": [chiefs]});
    let held = json!({"name": "s", "permissions": [], "memberOf": [staff]});
    sandbox.add_custom_role(chief).unwrap();
    let held = sandbox.add_custom_role(held).unwrap();
    let matti = sandbox.add_user(json!({"username": "matti", "memberOf": [chiefs]})).unwrap();
    let joe = sandbox.add_user(json!({"username": "joe"})).unwrap();
    let [token, _] = credentials(&sandbox, "jane").await;
    let role = |groups: &[&str], permission: &str| json!({"name": "x", "permissions": [permission], "memberOf": groups});
    let user = |name: &str, group: &str| json!({"username": name, "memberOf": [group]});
    for (method, path, body, expected) in [
        ("POST", "/role/custom".to_owned(), role(&[&staff], "ACCESSRIGHT_MODIFY"), 403),
        ("POST", "/role/custom".to_owned(), role(&[&admins], "ACCESSRIGHT_MODIFY"), 201),
        ("POST", "/role/custom".to_owned(), role(&[&staff], "ACCOUNT_VIEW"), 201),
        ("PUT", format!("/role/custom/{held}"), role(&[&staff], "ACCESSRIGHT_MODIFY"), 403),
        ("PUT", format!("/role/custom/{held}"), role(&[&staff], "ACCOUNT_MODIFY"), 200),
        ("POST", "/user".to_owned(), user("jane2", "chiefs"), 403),
        ("POST", "/user".to_owned(), user("jane3", "new"), 201),
        ("PUT", format!("/user/{joe}"), user("joe", &chiefs), 403),
        ("PUT", format!("/user/{matti}"), user("matti", &chiefs), 200),
    ] {
        let path = format!("/api/rest/v1{path}");
        let (status, response) = send(&sandbox, method, &path, &token, body.clone()).await;
        assert_eq!(status, expected, "{method} {path} {body}: {response}");
    }
}

#[tokio::test]
async fn self_may_grant_opens_groups_that_give_permissions() {
    let (sandbox, id, _) = with_admins().await;
    may_grant(&sandbox, true);
    let own = format!("/api/rest/v1/user/{id}");
    let [token, _] = credentials(&sandbox, "jane").await;
    let body = json!({"memberOf": ["admins"]});
    assert_eq!(send(&sandbox, "PUT", &own, &token, body).await.0, 200);
    api(&sandbox, "PUT", &format!("/user/{id}"), json!({"locked": true})).await;
    assert_eq!(send(&sandbox, "PUT", &own, &token, json!({"locked": false})).await.0, 200);
}

#[tokio::test]
async fn a_group_of_ones_own_does_not_join_another_for_its_permissions() {
    let (sandbox, id, admins) = with_admins().await;
    sandbox.grant_permissions(&id, ["GROUP_MODIFY"]).unwrap();
    let [token, _] = credentials(&sandbox, "jane").await;
    let staff = sandbox.user_document(&id).unwrap()["memberOf"][0].as_str().unwrap().to_owned();
    let other = sandbox.add_group(json!({"name": "other"})).unwrap();
    let join = json!({"memberOf": [admins]});
    let put = async |group: &str, caller: &str| {
        send(&sandbox, "PUT", &format!("/api/rest/v1/group/{group}"), caller, join.clone()).await.0
    };
    assert_eq!(put(&staff, &token).await, 403);
    assert_eq!(put(&other, &token).await, 200, "jane is not in this group");
    let body = json!({"memberOf": ["other"]});
    let own = format!("/api/rest/v1/user/{id}");
    assert_eq!(send(&sandbox, "PUT", &own, &token, body).await.0, 403);
    may_grant(&sandbox, true);
    assert_eq!(put(&staff, &token).await, 200);
}

#[tokio::test]
async fn nobody_gains_permissions_by_moving_to_a_namespace_or_by_inviting() {
    let (sandbox, id, _) = with_admins().await;
    sandbox
        .grant_permissions(&id, ["ACCOUNT_MODIFY", "ACCOUNT_INVITE", "NAMESPACE_ACCESS_ALL"])
        .unwrap();
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    let staff = sandbox.add_group(json!({"name": "staff", "nsCode": "t"})).unwrap();
    let role =
        json!({"name": "r", "nsCode": "t", "permissions": ["ROLE_MODIFY"], "memberOf": [staff]});
    sandbox.add_custom_role(role).unwrap();
    let [token, _] = credentials(&sandbox, "jane").await;

    let move_own = format!("/api/rest/v1/user/{id}/migratenamespace");
    let with_groups = json!({"targetNsCode": "t", "keepGroups": true});
    assert_eq!(send(&sandbox, "POST", &move_own, &token, with_groups).await.0, 403);
    let invite = "/api/rest/v1/invite/user";
    let body = json!({"emails": ["a@b.c"], "nsCode": "t", "groups": ["new", "staff"]});
    assert_eq!(send(&sandbox, "POST", invite, &token, body.clone()).await.0, 403);
    assert!(sandbox.outbox().is_empty());
    let harmless = json!({"emails": ["a@b.c"], "groups": ["admins"]});
    assert_eq!(send(&sandbox, "POST", invite, &token, harmless).await.0, 200, "no more than jane");
    assert_eq!(api(&sandbox, "POST", "/invite/user", body).await.0, 200);
    let without = json!({"targetNsCode": "t"});
    assert_eq!(send(&sandbox, "POST", &move_own, &token, without).await.0, 200);
}

#[tokio::test]
async fn nobody_unlocks_himself() {
    for permissions in [&[][..], &["ACCOUNT_MODIFY"], &["ACCOUNT_MODIFY", "ACCESSRIGHT_MODIFY"]] {
        let (sandbox, id, _) = with_admins().await;
        sandbox.grant_permissions(&id, permissions.iter().copied()).unwrap();
        let own = format!("/api/rest/v1/user/{id}");
        let [token, _] = credentials(&sandbox, "jane").await;
        assert_eq!(send(&sandbox, "PUT", &own, &token, json!({"locked": true})).await.0, 200);

        for body in [json!({"locked": false}), json!({"title": "x", "locked": false})] {
            let (status, error) = send(&sandbox, "PUT", &own, &token, body).await;
            let expected = "Users cannot unlock themselves.";
            assert_eq!((status, &error["errorMessage"]), (403, &json!(expected)));
        }
        for body in [json!({"title": "x"}), json!({"locked": true}), json!({"locked": null})] {
            assert_eq!(send(&sandbox, "PUT", &own, &token, body).await.0, 200);
        }
        assert_eq!(sandbox.user_document(&id).unwrap()["locked"], true);
        let body = json!({"locked": false});
        assert_eq!(api(&sandbox, "PUT", &format!("/user/{id}"), body).await.0, 200);
    }
}
