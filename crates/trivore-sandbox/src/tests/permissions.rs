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
    use crate::server::endpoint_list::api_endpoints;

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
