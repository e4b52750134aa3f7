//! Tests that the ledger has each change exactly once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{api, bearer, send};
use crate::api::endpoint::Endpoint;
use crate::resources::endpoints::api_endpoints;
use crate::values::paths::API;
use crate::{Rules, Sandbox};

/// Lists a request for every operation that changes something, in an order in which each succeeds.
pub(super) fn requests(role: &str) -> Vec<(&'static str, &'static str, Value)> {
    let change = json!({"add": [], "remove": []});
    let password = json!({"newPassword": "kT9wzRbQxLm3pVd"});
    let redirects =
        json!({"successRedirectUri": "https://a.fi", "failureRedirectUri": "https://b.fi"});
    vec![
        ("POST", "/user", json!({"title": "x"})),
        ("PUT", "/user/{userId}", json!({"title": "x"})),
        ("POST", "/user/{userId}/email/verify", json!({})),
        ("POST", "/user/{userId}/sms/verify/sendLink", json!({})),
        ("POST", "/user/{userId}/sms/verify/send", json!({})),
        ("POST", "/user/{userId}/sms/verify/check/{code}", Value::Null),
        ("POST", "/invite/user", json!({"emails": ["a@b.c"]})),
        ("PUT", "/user/{userId}/enterprise", json!({"vatId": "x"})),
        ("POST", "/user/{userId}/customfields", json!({"a": 1})),
        ("DELETE", "/user/{userId}/customfields", Value::Null),
        ("PUT", "/user/{userId}/password", password),
        ("POST", "/user/{userId}/strongidentification", json!({"personalId": "x"})),
        ("POST", "/user/{userId}/strongidentification/interactive", redirects),
        ("PUT", "/user/{userId}/permissions/custom", change.clone()),
        ("PUT", "/user/{userId}/roles/builtin", change),
        ("PUT", "/user/{userId}/roles/custom", json!({"add": [role]})),
        ("POST", "/user/{userId}/student/state", json!({"state": "FULL_TIME"})),
        ("PUT", "/user/{userId}/profile", json!({"nickName": "x"})),
        ("POST", "/user/{userId}/migratenamespace", json!({"targetNsCode": "t"})),
        ("DELETE", "/user/{userId}", Value::Null),
        ("POST", "/group", json!({"name": "x"})),
        ("PUT", "/group/{groupId}", json!({"name": "y"})),
        ("DELETE", "/group/{groupId}", Value::Null),
        ("POST", "/role/custom", json!({"name": "x"})),
        ("PUT", "/role/custom/{roleId}", json!({"name": "y"})),
        ("DELETE", "/role/custom/{roleId}", Value::Null),
        ("POST", "/namespace", json!({"code": "x"})),
        ("PUT", "/namespace/{idOrCode}", json!({"name": "y"})),
        ("DELETE", "/namespace/{idOrCode}", Value::Null),
    ]
}

/// A sandbox in which each of the requests succeeds, in their order.
pub(super) struct Prepared {
    pub(super) sandbox: Sandbox,
    pub(super) role: String,
    /// Access token of the user.
    pub(super) token: String,
    user: String,
    group: String,
}

impl Prepared {
    pub(super) async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.add_namespace(json!({"code": "t"})).unwrap();
        sandbox.add_namespace(json!({"code": "old"})).unwrap();
        let group = sandbox.add_group(json!({"name": "g"})).unwrap();
        let role = sandbox.add_custom_role(json!({"name": "r"})).unwrap();
        let user = json!({
            "username": "jane", "password": "x", "emails": [{"address": "a@b.c"}],
            "mobiles": [{"number": "+358401"}],
        });
        let user = sandbox.add_user(user).unwrap();
        let token = bearer(&sandbox, "jane@sandbox", "x").await;
        Self { sandbox, role, token, user, group }
    }

    /// Returns the path of a route.
    pub(super) fn path(&self, route: &str) -> String {
        let code = self.sandbox.outbox().last_sms_code("+358401").unwrap_or("none").to_owned();
        let path = route.replace("{userId}", &self.user).replace("{groupId}", &self.group);
        let path = path.replace("{roleId}", &self.role).replace("{idOrCode}", "old");
        path.replace("{code}", &code)
    }
}

fn changes(sandbox: &Sandbox) -> Vec<(&'static str, &'static str)> {
    sandbox.ledger().iter().map(|entry| (entry.kind, entry.operation)).collect()
}

#[tokio::test]
async fn every_operation_records_once_what_its_endpoint_says() {
    let prepared = Prepared::start().await;
    let Prepared { sandbox, token, .. } = &prepared;

    let requests = requests(&prepared.role);
    for (method, route, body) in &requests {
        let is_route = |it: &&Endpoint| (it.method.as_str(), it.path) == (*method, *route);
        let endpoint = api_endpoints().find(is_route).unwrap();
        let expected = endpoint.change.map(|change| (change.kind, change.operation));
        let path = prepared.path(route);
        sandbox.clear_ledger();

        let whole = format!("{API}{path}");
        assert_eq!(send(sandbox, method, &whole, "", body.clone()).await.0, 401);
        assert!(sandbox.ledger().is_empty(), "{route}");
        let (status, response) = if endpoint.only_users {
            send(sandbox, method, &whole, token, body.clone()).await
        } else {
            api(sandbox, method, &path, body.clone()).await
        };

        assert!((200..300).contains(&status), "{method} {route}: {response}");
        assert_eq!(changes(sandbox), Vec::from_iter(expected), "{method} {route}");
    }

    let requested: BTreeSet<_> =
        requests.iter().map(|(method, path, _)| (*method, *path)).collect();
    let recording = api_endpoints().filter(|endpoint| endpoint.change.is_some());
    assert_eq!(requested, recording.map(|it| (it.method.as_str(), it.path)).collect());
    let writing = api_endpoints().filter(|endpoint| endpoint.method.as_str() != "GET");
    assert_eq!(requested, writing.map(|it| (it.method.as_str(), it.path)).collect());
}

#[tokio::test]
async fn a_call_that_changes_several_objects_records_each() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_rules(Rules { namespace_delete_cascades: true, ..Rules::default() });
    sandbox.add_namespace(json!({"code": "old"})).unwrap();
    sandbox.add_user(json!({"nsCode": "old", "memberOf": ["g"]})).unwrap();
    sandbox.add_custom_role(json!({"name": "r", "nsCode": "old"})).unwrap();
    let invitees = json!({"emails": ["a@b.c", "c@d.e"]});
    let create = json!({"memberOf": ["new"]});

    for (method, path, body, expected) in [
        ("POST", "/user", create, &[("group", "create"), ("user", "create")][..]),
        ("POST", "/invite/user", invitees, &[("message", "invite"); 2]),
        (
            "DELETE",
            "/namespace/old",
            Value::Null,
            &[("user", "delete"), ("group", "delete"), ("role", "delete"), ("namespace", "delete")],
        ),
    ] {
        sandbox.clear_ledger();
        api(&sandbox, method, path, body).await;
        assert_eq!(changes(&sandbox), expected, "{path}");
    }
}

#[tokio::test]
async fn reading_writes_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({})).unwrap();
    sandbox.clear_ledger();

    for endpoint in api_endpoints().filter(|endpoint| endpoint.method.as_str() == "GET") {
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

    assert_eq!(changes(&sandbox), [("token", "issue"), ("user", "verify")]);
}
