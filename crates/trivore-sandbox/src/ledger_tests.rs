//! Tests that the ledger has each change exactly once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::http_tests::{api, bearer, send};
use crate::server::endpoints::api_endpoints;
use crate::values::paths::API;
use crate::{Rules, Sandbox};

type Changes = &'static [(&'static str, &'static str)];

/// Returns every operation that changes something, in an order in which each succeeds.
fn operations(role: &str) -> Vec<(&'static str, &'static str, Value, Changes)> {
    let change = json!({"add": [], "remove": []});
    let give = json!({"add": [role]});
    let invitees = json!({"emails": ["a@b.c", "c@d.e"]});
    let password = json!({"newPassword": "kT9wzRbQxLm3pVd"});
    let move_on = json!({"targetNsCode": "t"});
    vec![
        ("POST", "/user", json!({"memberOf": ["new"]}), &[("group", "create"), ("user", "create")]),
        ("PUT", "/user/{userId}", json!({"title": "x"}), &[("user", "update")]),
        (
            "POST",
            "/user/{userId}/email/verify",
            json!({}),
            &[("message", "send-verification-link")],
        ),
        (
            "POST",
            "/user/{userId}/sms/verify/sendLink",
            json!({}),
            &[("message", "send-verification-link")],
        ),
        (
            "POST",
            "/user/{userId}/sms/verify/send",
            json!({}),
            &[("message", "send-verification-code")],
        ),
        ("POST", "/user/{userId}/sms/verify/check/{code}", Value::Null, &[("user", "verify")]),
        ("POST", "/invite/user", invitees, &[("message", "invite"), ("message", "invite")]),
        (
            "PUT",
            "/user/{userId}/enterprise",
            json!({"vatId": "x"}),
            &[("user", "update-enterprise")],
        ),
        (
            "POST",
            "/user/{userId}/customfields",
            json!({"a": 1}),
            &[("user", "update-custom-fields")],
        ),
        ("DELETE", "/user/{userId}/customfields", Value::Null, &[("user", "delete-custom-fields")]),
        ("PUT", "/user/{userId}/password", password, &[("user", "change-password")]),
        (
            "POST",
            "/user/{userId}/strongidentification",
            json!({"personalId": "x"}),
            &[("user", "report-strong-identification")],
        ),
        (
            "PUT",
            "/user/{userId}/permissions/custom",
            change.clone(),
            &[("user", "update-permissions")],
        ),
        ("PUT", "/user/{userId}/roles/builtin", change, &[("user", "update-builtin-roles")]),
        ("PUT", "/user/{userId}/roles/custom", give, &[("user", "update-custom-roles")]),
        (
            "POST",
            "/user/{userId}/student/state",
            json!({"state": "FULL_TIME"}),
            &[("user", "update-student-state")],
        ),
        ("PUT", "/user/{userId}/profile", json!({"nickName": "x"}), &[("user", "update-profile")]),
        ("POST", "/user/{userId}/migratenamespace", move_on, &[("user", "migrate")]),
        ("DELETE", "/user/{userId}", Value::Null, &[("user", "delete")]),
        ("POST", "/group", json!({"name": "x"}), &[("group", "create")]),
        ("PUT", "/group/{groupId}", json!({"name": "y"}), &[("group", "update")]),
        ("DELETE", "/group/{groupId}", Value::Null, &[("group", "delete")]),
        ("POST", "/role/custom", json!({"name": "x"}), &[("role", "create")]),
        ("PUT", "/role/custom/{roleId}", json!({"name": "y"}), &[("role", "update")]),
        ("DELETE", "/role/custom/{roleId}", Value::Null, &[("role", "delete")]),
        ("POST", "/namespace", json!({"code": "x"}), &[("namespace", "create")]),
        ("PUT", "/namespace/{idOrCode}", json!({"name": "y"}), &[("namespace", "update")]),
        (
            "DELETE",
            "/namespace/{idOrCode}",
            Value::Null,
            &[("user", "delete"), ("group", "delete"), ("role", "delete"), ("namespace", "delete")],
        ),
    ]
}

#[tokio::test]
async fn every_applied_change_is_written_once() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_rules(Rules { namespace_delete_cascades: true, ..Rules::default() });
    sandbox.add_namespace(json!({"code": "t"})).unwrap();
    sandbox.add_namespace(json!({"code": "old"})).unwrap();
    sandbox.add_user(json!({"nsCode": "old", "memberOf": ["g"]})).unwrap();
    sandbox.add_custom_role(json!({"name": "r", "nsCode": "old"})).unwrap();
    let group = sandbox.add_group(json!({"name": "g"})).unwrap();
    let role = sandbox.add_custom_role(json!({"name": "r"})).unwrap();
    let user = json!({
        "username": "jane", "password": "x", "emails": [{"address": "a@b.c"}],
        "mobiles": [{"number": "+358401"}],
    });
    let id = sandbox.add_user(user).unwrap();
    let token = bearer(&sandbox, "jane@sandbox", "x").await;

    let operations = operations(&role);
    for (method, route, body, expected) in &operations {
        let code = sandbox.outbox().last_sms_code("+358401").unwrap_or("none").to_owned();
        let path = route.replace("{userId}", &id).replace("{groupId}", &group);
        let path = path.replace("{roleId}", &role).replace("{idOrCode}", "old");
        let path = path.replace("{code}", &code);
        sandbox.clear_ledger();

        let whole = format!("{API}{path}");
        assert_eq!(send(&sandbox, method, &whole, "", body.clone()).await.0, 401);
        assert!(sandbox.ledger().is_empty(), "{route}");
        let (status, response) = if route.ends_with("/profile") {
            send(&sandbox, method, &whole, &token, body.clone()).await
        } else {
            api(&sandbox, method, &path, body.clone()).await
        };

        assert!((200..300).contains(&status), "{method} {route}: {response}");
        let ledger = sandbox.ledger();
        let changes: Vec<_> = ledger.iter().map(|it| (it.kind, it.operation)).collect();
        assert_eq!(changes, *expected, "{method} {route}");
    }

    let walked: BTreeSet<_> =
        operations.iter().map(|(method, path, ..)| (*method, *path)).collect();
    let all =
        api_endpoints().map(|it| (it.verb.as_str(), it.path)).filter(|(verb, _)| *verb != "GET");
    assert_eq!(walked, all.collect());
}

#[tokio::test]
async fn reading_writes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({})).unwrap();
    sandbox.clear_ledger();

    for endpoint in api_endpoints().filter(|endpoint| endpoint.verb.as_str() == "GET") {
        api(&sandbox, "GET", &endpoint.path.replace("{userId}", &id), Value::Null).await;
        assert!(sandbox.ledger().is_empty(), "{}", endpoint.path);
    }
}

#[tokio::test]
async fn what_happens_beside_the_api_is_written_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({"emails": [{"address": "a@b.c"}]})).unwrap();
    api(&sandbox, "POST", &format!("/user/{id}/email/verify"), Value::Null).await;
    let link = sandbox.outbox().last_link("a@b.c").unwrap().to_owned();
    sandbox.clear_ledger();

    bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    send(&sandbox, "GET", &link, "", Value::Null).await;
    send(&sandbox, "GET", &link, "", Value::Null).await;

    let ledger = sandbox.ledger();
    let changes: Vec<_> = ledger.iter().map(|it| (it.kind, it.operation)).collect();
    assert_eq!(changes, [("token", "issue"), ("user", "verify")]);
}
