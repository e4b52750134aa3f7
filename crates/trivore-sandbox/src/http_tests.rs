//! Tests the whole service with requests, without a network.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{ApiClient, Rules, Sandbox};

/// Sends a request to the API as the default client; a response that is not JSON reads as null.
pub(crate) async fn api(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let authorization = format!("Basic {}", STANDARD.encode(credentials));
    send(sandbox, method, &format!("/api/rest/v1{path}"), &authorization, body).await
}

pub(crate) async fn send(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    authorization: &str,
    body: Value,
) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", authorization)
        .body(body)
        .unwrap();
    let response = sandbox.service().oneshot(request).await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    let status = response.status().as_u16();
    let bytes = to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

pub(crate) async fn bearer(sandbox: &Sandbox, name: &str, password: &str) -> String {
    let path = format!(
        "/openid/token?grant_type=password&username={name}&password={password}&client_id={}\
         &client_secret={}",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
    );
    let (status, tokens) = send(sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!(status, 200, "{tokens}");
    format!("Bearer {}", tokens["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_user_is_created_read_changed_and_deleted() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({
        "emails": [{"address": "a@b.c", "verified": true, "tags": null}],
        "tags": ["My_TAG"],
        "memberOf": ["one", "two", "one"],
        "locale": "fi",
        "unknownField": {"kept": true},
        "password": "kT9wzRbQxLm3pVd",
    });
    let (status, user) = api(&sandbox, "POST", "/user", body).await;
    assert_eq!(status, 201);
    assert_eq!(user["emails"], json!([{"address": "a@b.c", "verified": false}]));
    assert_eq!(user["tags"], json!(["my_tag"]));
    assert_eq!(user["memberOf"].as_array().unwrap().len(), 2);
    assert_eq!(user["preferredLanguage"], "fi");
    assert_eq!(user["unknownField"], json!({"kept": true}));
    assert_eq!(user["nsCode"], "sandbox");
    assert!(user.get("password").is_none());

    let path = format!("/user/{}", user["id"].as_str().unwrap());
    let change = json!({"nickName": "Al", "tags": null, "meta": {}, "id": "ignored"});
    let (status, changed) = api(&sandbox, "PUT", &path, change).await;
    assert_eq!(status, 200);
    assert_eq!((&changed["nickName"], &changed["id"]), (&json!("Al"), &user["id"]));
    assert!(changed.get("tags").is_none());
    assert_eq!(changed["memberOf"], user["memberOf"]);

    assert_eq!(api(&sandbox, "DELETE", &path, Value::Null).await.0, 204);
    let (status, error) = api(&sandbox, "GET", &path, Value::Null).await;
    assert_eq!(status, 404);
    assert_eq!(error, json!({"errorMessage": "User not found.", "statusCode": 404}));
    let operations: Vec<_> = sandbox.ledger().iter().map(|it| (it.kind, it.operation)).collect();
    assert_eq!(
        operations,
        [
            ("group", "create"),
            ("group", "create"),
            ("user", "create"),
            ("user", "update"),
            ("user", "delete"),
        ]
    );
}

#[tokio::test]
async fn a_null_on_create_takes_the_default() {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({
        "userAccountType": null, "locked": null, "nsCode": null, "username": null,
        "memberOf": null, "emails": null, "password": null,
    });
    let group = json!({"name": "g", "memberOf": null, "nsCode": null});
    let role = json!({"name": "r", "permissions": null, "memberOf": null, "nsCode": null});
    let namespace = json!({"code": "n", "name": null, "smsSettings": {"enabled": null}});

    let (_, user) = api(&sandbox, "POST", "/user", user).await;
    let (_, group) = api(&sandbox, "POST", "/group", group).await;
    let (_, role) = api(&sandbox, "POST", "/role/custom", role).await;
    let (_, namespace) = api(&sandbox, "POST", "/namespace", namespace).await;

    assert_eq!((&user["userAccountType"], &user["locked"]), (&json!("PERSON"), &json!(false)));
    assert_eq!((&user["nsCode"], &user["memberOf"]), (&json!("sandbox"), &json!([])));
    assert!(user["username"].is_string());
    assert_eq!((&group["nsCode"], &group["memberOf"]), (&json!("sandbox"), &json!([])));
    assert_eq!((&role["permissions"], &role["memberOf"]), (&json!([]), &json!([])));
    assert_eq!(
        (&namespace["name"], &namespace["smsSettings"]["enabled"]),
        (&json!("n"), &json!(true))
    );
}

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
async fn codes_work_once_and_expire() {
    let sandbox = Sandbox::start().await.unwrap();
    let number = "+358401234567";
    let user = json!({"username": "jane", "mobiles": [{"number": number}]});
    let id = sandbox.add_user(user).unwrap();
    let send_code = format!("/user/{id}/sms/verify/send");
    let check = |code: &str| format!("/user/{id}/sms/verify/check/{code}");

    assert_eq!(api(&sandbox, "POST", &check("123456"), Value::Null).await.0, 404);
    assert_eq!(api(&sandbox, "POST", &send_code, Value::Null).await.0, 204);
    let code = sandbox.take_outbox().last_sms_code(number).unwrap().to_owned();
    assert_eq!(api(&sandbox, "POST", &check("wrong"), Value::Null).await.0, 404);
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 200);
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 404);
    let mobiles = &sandbox.user_document(&id).unwrap()["mobiles"];
    assert_eq!(mobiles, &json!([{"number": number, "verified": true}]));

    api(&sandbox, "POST", &send_code, Value::Null).await;
    let code = sandbox.outbox().last_sms_code(number).unwrap().to_owned();
    sandbox.advance_clock(Duration::from_secs(10 * 60));
    assert_eq!(api(&sandbox, "POST", &check(&code), Value::Null).await.0, 404);
}

#[tokio::test]
async fn malformed_requests_say_what_is_wrong() {
    let sandbox = Sandbox::start().await.unwrap();
    let cases = [
        (
            "POST",
            "/user",
            json!({"emails": "secret"}),
            "Field \"emails\" must be a list of objects.",
        ),
        ("POST", "/user", json!([]), "Request body must be a JSON object."),
        ("POST", "/user", json!({"nsCode": "no"}), "Field \"nsCode\" names no namespace."),
        ("POST", "/user", Value::Null, "Request body is missing."),
        (
            "GET",
            "/user?count=-1",
            Value::Null,
            "Parameter \"count\" must be a non-negative integer.",
        ),
        (
            "GET",
            "/user?filter=a%20b",
            Value::Null,
            "Parameter \"filter\": expected an operator at byte 2.",
        ),
        ("POST", "/invite/user", json!({"emails": []}), "Field \"emails\" must not be empty."),
    ];
    for (method, path, body, expected) in cases {
        let (status, error) = api(&sandbox, method, path, body).await;
        assert_eq!((status, error["errorMessage"].as_str()), (400, Some(expected)));
    }
}

#[tokio::test]
async fn namespaces_rule_usernames_and_contacts() {
    let sandbox = Sandbox::start().await.unwrap();
    let namespace = json!({"code": "m", "usernamePolicy": "MANUAL", "commMethodMaxQty": 1});
    assert_eq!(api(&sandbox, "POST", "/namespace", namespace).await.0, 201);
    let jane = json!({"nsCode": "m", "username": "Jane"});
    assert_eq!(api(&sandbox, "POST", "/user", json!({"nsCode": "m"})).await.0, 400);
    assert_eq!(api(&sandbox, "POST", "/user", jane.clone()).await.0, 201);
    assert_eq!(api(&sandbox, "POST", "/user", jane.clone()).await.0, 409);
    let two = json!({
        "nsCode": "m", "username": "joe", "emails": [{"address": "a@b"}, {"address": "c@d"}],
    });
    assert_eq!(api(&sandbox, "POST", "/user", two).await.0, 400);

    let filter = "/user?filter=(nsCode%20eq%20%22m%22)%20%20and%20%20(username%20pr%20)&count=1";
    let (_, page) = api(&sandbox, "GET", filter, Value::Null).await;
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(1), &json!(1)));
    assert_eq!(api(&sandbox, "DELETE", "/namespace/m", Value::Null).await.0, 409);

    let rules =
        Rules { duplicates_conflict: false, namespace_delete_cascades: true, ..Rules::default() };
    sandbox.set_rules(rules);
    assert_eq!(api(&sandbox, "POST", "/user", jane).await.0, 400);
    assert_eq!(api(&sandbox, "DELETE", "/namespace/m", Value::Null).await.0, 204);
}

#[tokio::test]
async fn a_limit_refuses_only_what_a_change_makes_worse() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    let long = "x".repeat(150);
    let tags = |count: usize| [vec![long.clone()], vec!["t".to_owned(); count - 1]].concat();
    let seed = json!({"tags": tags(103), "customFields": {"a.b": 1, "$c": 1}});
    let id = sandbox.add_user(seed).unwrap();
    let path = format!("/user/{id}");
    let fields = format!("{path}/customfields");
    let put = |body| api(&sandbox, "PUT", &path, body);

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (json!({"tags": tags(103)}), 200),
        (json!({"tags": tags(104)}), 400),
        (json!({"tags": tags(102)}), 200),
        (json!({"tags": tags(103)}), 400),
        (json!({"tags": vec![long.clone(); 2]}), 400),
        (json!({"tags": ["x".repeat(151)]}), 400),
        (json!({"tags": ["x".repeat(149)]}), 200),
        (json!({"tags": [&long]}), 400),
        (json!({"customFields": {"a.b": 2, "$c": 1}}), 200),
        (json!({"customFields": {"a.b": 2, "$d": 1}}), 400),
        (json!({"customFields": {"a.b": 2}}), 200),
        (json!({"customFields": {"a.b": 2, "$c": 1}}), 400),
    ] {
        assert_eq!(put(body.clone()).await.0, expected, "{body}");
    }
    for (body, expected) in [(json!({"a.b": 3}), 200), (json!({"b.c": 3}), 400)] {
        assert_eq!(api(&sandbox, "POST", &fields, body.clone()).await.0, expected, "{body}");
    }
    let path = format!("{path}/migratenamespace");
    let (status, migrated) = api(&sandbox, "POST", &path, json!({"targetNsCode": "t"})).await;
    assert_eq!((status, &migrated["customFields"]), (200, &json!({"a.b": 3})));
    for body in [json!({"tags": tags(101)}), json!({"tags": [&long]})] {
        assert_eq!(api(&sandbox, "POST", "/user", body).await.0, 400);
    }
}

#[tokio::test]
async fn a_lowered_limit_on_contacts_leaves_users_changeable() {
    let sandbox = Sandbox::start().await.unwrap();
    let namespace = json!({"code": "n", "commMethodMaxQty": 3});
    sandbox.add_namespace(namespace).unwrap();
    let emails = |count| json!({"emails": vec![json!({"address": "a@b.c"}); count]});
    let mut seed = emails(3);
    seed["nsCode"] = json!("n");
    let id = sandbox.add_user(seed).unwrap();
    api(&sandbox, "PUT", "/namespace/n", json!({"commMethodMaxQty": 1})).await;
    let path = format!("/user/{id}");

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (emails(4), 400),
        (emails(3), 200),
        (emails(2), 200),
        (emails(3), 400),
        (emails(1), 200),
        (emails(2), 400),
    ] {
        assert_eq!(api(&sandbox, "PUT", &path, body.clone()).await.0, expected, "{body}");
    }
}

#[tokio::test]
async fn a_stored_contact_that_is_now_malformed_may_stay() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_rules(Rules { contacts_checked: false, ..Rules::default() });
    let id = sandbox.add_user(json!({"emails": [{"address": "old"}, {"name": "no"}]})).unwrap();
    sandbox.set_rules(Rules::default());
    let path = format!("/user/{id}");

    for (body, expected) in [
        (json!({"title": "x"}), 200),
        (json!({"emails": [{"address": "old"}, {"address": "new"}]}), 400),
        (json!({"emails": [{"address": "old"}, {"address": "a@b.c"}]}), 200),
        (json!({"emails": [{"address": "old"}, {"name": "no"}]}), 400),
        (json!({"emails": [{"address": "old"}]}), 200),
    ] {
        assert_eq!(api(&sandbox, "PUT", &path, body.clone()).await.0, expected, "{body}");
    }
}

#[tokio::test]
async fn a_deleted_group_is_nobodys_parent() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "n"})).unwrap();
    let parent = sandbox.add_group(json!({"name": "p", "nsCode": "n"})).unwrap();
    let group = sandbox.add_group(json!({"name": "g", "memberOf": [parent]})).unwrap();
    let role = sandbox.add_custom_role(json!({"name": "r", "memberOf": [parent]})).unwrap();
    let removed = sandbox.add_custom_role(json!({"name": "r", "nsCode": "n"})).unwrap();
    let id = sandbox.add_user(json!({})).unwrap();
    let roles = format!("/user/{id}/roles/custom");
    api(&sandbox, "PUT", &roles, json!({"add": [removed]})).await;

    assert_eq!(api(&sandbox, "DELETE", "/namespace/n", Value::Null).await.0, 204);

    for path in [format!("/group/{group}"), format!("/role/custom/{role}")] {
        let (status, changed) = api(&sandbox, "PUT", &path, json!({"name": "x"})).await;
        assert_eq!((status, &changed["memberOf"]), (200, &json!([])), "{path}");
    }
    assert_eq!(api(&sandbox, "GET", &roles, Value::Null).await.1, json!([]));
}

#[tokio::test]
async fn migration_takes_along_what_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    let user = json!({
        "username": "jane",
        "password": "x",
        "memberOf": ["g"],
        "nickName": "J",
        "emails": [{"address": "a@b.c", "verified": true}],
        "customFields": {"k": 1},
    });
    let id = sandbox.add_user(user).unwrap();
    let options = json!({
        "targetNsCode": "t", "keepGroups": true, "keepCustomFields": false, "username": null,
    });
    let path = format!("/user/{id}/migratenamespace");
    let (status, migrated) = api(&sandbox, "POST", &path, options).await;
    assert_eq!(status, 200);
    assert_eq!((&migrated["id"], &migrated["nsCode"]), (&json!(id), &json!("t")));
    assert_ne!(migrated["username"], "jane");
    assert_eq!((&migrated["nickName"], migrated.get("customFields")), (&json!("J"), None));
    assert_eq!(migrated["emails"], json!([{"address": "a@b.c", "verified": true}]));
    let (_, groups) =
        api(&sandbox, "GET", &format!("/user/{id}/groupmembership"), Value::Null).await;
    assert_eq!(groups[0]["name"], "g");
    let name = format!("{}@t", migrated["username"].as_str().unwrap());
    bearer(&sandbox, &name, "x").await;
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"title": "x".repeat(11 << 20)});
    let (status, _) = api(&sandbox, "POST", "/user", body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE.as_u16());
}

#[tokio::test]
async fn links_verify_once_and_lead_on() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"emails": [{"address": "a@b.c"}]})).unwrap();
    let path = format!("/user/{id}/email/verify");
    let body = json!({"expirationDays": 1, "returnURL": "https://example.com/done"});
    assert_eq!(api(&sandbox, "POST", &path, body.clone()).await.0, 204);
    let link = sandbox.take_outbox().last_link("a@b.c").unwrap().to_owned();
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 302);
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 404);
    let email = &sandbox.user_document(&id).unwrap()["emails"][0];
    assert_eq!(email["verified"], true);

    assert_eq!(api(&sandbox, "POST", &path, body).await.0, 204);
    let link = sandbox.outbox().last_link("a@b.c").unwrap().to_owned();
    sandbox.advance_clock(Duration::from_secs(24 * 60 * 60));
    assert_eq!(send(&sandbox, "GET", &link, "", Value::Null).await.0, 404);
    let other = json!({"value": "not@mine.com"});
    assert_eq!(api(&sandbox, "POST", &path, other).await.0, 400);
}

#[tokio::test]
async fn refresh_tokens_work_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = format!(
        "client_id={}&client_secret={}",
        sandbox.oidc_client_id(),
        sandbox.oidc_client_secret(),
    );
    let (name, password) = (sandbox.username(), sandbox.password());
    let path =
        format!("/openid/token?{client}&grant_type=password&username={name}&password={password}");
    let (_, tokens) = send(&sandbox, "POST", &path, "", Value::Null).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let path = format!("/openid/token?{client}&grant_type=refresh_token&refresh_token={token}");
    let (status, renewed) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["refresh_token"], token);
    let (status, error) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let (status, error) = send(&sandbox, "POST", "/openid/token", "", Value::Null).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn remote_addresses_must_be_allowed() {
    let everywhere = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Sandbox::builder().listen(everywhere).start().await.unwrap_err();
    assert!(error.to_string().contains("must be allowed"));
    Sandbox::builder().listen(everywhere).allow_remote().start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn debug_hides_secrets() {
    let builder = Sandbox::builder().user(json!({"username": "x", "password": "hidden-secret"}));
    let shown = format!("{builder:?}");
    let sandbox = builder.start().await.unwrap();
    api(&sandbox, "POST", "/user", json!({"password": "hidden-secret-2"})).await;
    let shown = format!("{shown} {sandbox:?} {:?}", sandbox.requests());
    for secret in ["hidden-secret", sandbox.client_secret(), sandbox.oidc_client_secret()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
