//! Tests of the control endpoints, and of the methods of the handle with the same effect.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{api, bearer, send};
use crate::{Fault, Rules, Sandbox};

/// Calls a control endpoint.
async fn call(sandbox: &Sandbox, method: &str, path: &str, body: Value) -> (u16, Value) {
    send(sandbox, method, &format!("/sandbox{path}"), "", body).await
}

/// Calls a control endpoint that responds without a body.
async fn done(sandbox: &Sandbox, method: &str, path: &str, body: Value) {
    assert_eq!(call(sandbox, method, path, body).await, (204, Value::Null), "{method} {path}");
}

async fn usernames(sandbox: &Sandbox) -> Vec<String> {
    let (_, page) =
        api(sandbox, "GET", "/user?filter=nsCode%20eq%20%22sandbox%22", Value::Null).await;
    let users = page["resources"].as_array().unwrap().iter();
    users.map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

async fn seeded() -> Sandbox {
    let builder = Sandbox::builder().user(json!({"username": "jane"}));
    builder.fault(Fault::status(418).route("/user/{userId}")).start().await.unwrap()
}

/// Changes everything that a reset takes back.
async fn change(sandbox: &Sandbox) {
    api(sandbox, "POST", "/user", json!({"title": "Dr"})).await;
    sandbox.add_user(json!({"username": "joe", "password": "x"})).unwrap();
    sandbox.set_rules(Rules { page_total_omitted: true, ..Rules::default() });
    sandbox.advance_clock(Duration::from_secs(1_000_000));
    sandbox.clear_faults();
    sandbox.inject(Fault::status(503).route("/namespace")).unwrap();
    sandbox.remove_client(sandbox.oidc_client_id());
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    for over_http in [true, false] {
        let sandbox = seeded().await;
        let before = sandbox.now();
        change(&sandbox).await;

        if over_http {
            done(&sandbox, "POST", "/reset", Value::Null).await;
        } else {
            sandbox.reset().unwrap();
        }
        assert!(sandbox.requests().is_empty() && sandbox.ledger().is_empty());
        assert_eq!(usernames(&sandbox).await, ["jane"]);
        assert_eq!(sandbox.rules(), Rules::default());
        assert!(sandbox.now().duration_since(before).unwrap() < Duration::from_secs(1000));
        let faults: Vec<_> = sandbox.faults().iter().map(|it| it.fault().clone()).collect();
        assert_eq!(faults, [Fault::status(418).route("/user/{userId}")]);
        bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    }
}

#[tokio::test]
async fn a_reset_to_empty_drops_what_was_seeded() {
    for over_http in [true, false] {
        let sandbox = seeded().await;
        change(&sandbox).await;

        if over_http {
            done(&sandbox, "POST", "/reset?to=empty", Value::Null).await;
        } else {
            sandbox.reset_to_empty().unwrap();
        }
        assert_eq!(usernames(&sandbox).await, [] as [&str; 0]);
        assert!(sandbox.faults().is_empty());
        bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    }
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(call(&sandbox, "POST", "/reset?to=nowhere", Value::Null).await.0, 400);
}

#[tokio::test]
async fn snapshots_are_saved_and_restored_by_name() {
    let sandbox = seeded().await;
    let token = bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    done(&sandbox, "PUT", "/snapshots/one%20user", Value::Null).await;
    sandbox.add_user(json!({"username": "joe"})).unwrap();
    sandbox.save_snapshot("two");
    sandbox.revoke_tokens();
    assert_eq!(sandbox.snapshots(), ["one user", "two"]);
    assert_eq!(
        call(&sandbox, "GET", "/snapshots", Value::Null).await.1,
        json!(["one user", "two"])
    );

    done(&sandbox, "POST", "/snapshots/one%20user/restore", Value::Null).await;
    assert_eq!(usernames(&sandbox).await, ["jane"]);
    assert_eq!(send(&sandbox, "GET", "/api/rest/v1/user", &token, Value::Null).await.0, 200);
    sandbox.restore_snapshot("two").unwrap();
    assert_eq!(usernames(&sandbox).await, ["jane", "joe"]);
    sandbox.reset().unwrap();
    sandbox.restore_snapshot("two").unwrap();
    assert_eq!(usernames(&sandbox).await, ["jane", "joe"], "a reset keeps snapshots");

    done(&sandbox, "DELETE", "/snapshots/two", Value::Null).await;
    assert_eq!(call(&sandbox, "DELETE", "/snapshots/two", Value::Null).await.0, 404);
    assert_eq!(call(&sandbox, "POST", "/snapshots/two/restore", Value::Null).await.0, 404);
    assert!(sandbox.restore_snapshot("two").is_err());
    assert!(sandbox.remove_snapshot("one user") && !sandbox.remove_snapshot("one user"));
}

#[tokio::test]
async fn rules_are_set_by_name_all_or_none() {
    let sandbox = Sandbox::start().await.unwrap();
    let set = json!({"put-replaces": true, "soft_delete": true, "refresh-rotation": false});
    done(&sandbox, "PUT", "/rules", set).await;
    let rules = sandbox.rules();
    assert!(rules.put_replaces && rules.soft_delete && !rules.refresh_rotation);
    assert!(rules.locked_refused, "others stay");

    for (body, expected) in [
        (json!({"put-replaces": false, "no-such": true}), "unknown rule `no-such`"),
        (json!({"put-replaces": "off"}), "invalid type"),
        (json!([]), "invalid type"),
        (Value::Null, "EOF"),
    ] {
        let (status, error) = call(&sandbox, "PUT", "/rules", body).await;
        assert_eq!(status, 400);
        assert!(error["errorMessage"].as_str().unwrap().contains(expected), "{error}");
    }
    assert_eq!(sandbox.rules(), rules);
}

#[tokio::test]
async fn the_clock_is_read_and_moved() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, before) = call(&sandbox, "GET", "/clock", Value::Null).await;
    let (status, after) = call(&sandbox, "POST", "/clock/advance?seconds=86400", Value::Null).await;
    assert_eq!(status, 200);
    assert!(before["now"].as_str().unwrap()[..10] < after["now"].as_str().unwrap()[..10]);
    assert_eq!(call(&sandbox, "POST", "/clock/advance", Value::Null).await.0, 400);
}

#[tokio::test]
async fn tokens_are_invalidated() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/tokens/expire", "/tokens/revoke"] {
        let token = bearer(&sandbox, sandbox.username(), sandbox.password()).await;
        let users = "/api/rest/v1/user";
        assert_eq!(send(&sandbox, "GET", users, &token, Value::Null).await.0, 200);
        done(&sandbox, "POST", path, Value::Null).await;
        assert_eq!(send(&sandbox, "GET", users, &token, Value::Null).await.0, 401, "{path}");
    }
}

#[tokio::test]
async fn clients_are_added_listed_and_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    let reader = json!({
        "id": "reader", "secret": "s", "permissions": ["ACCOUNT_VIEW"], "namespaces": ["sandbox"],
        "primaryNamespace": "sandbox",
    });
    done(&sandbox, "POST", "/clients/api", reader).await;
    let app = json!({
        "id": "app", "redirectUri": "http://localhost:3000/cb",
        "redirectUris": ["com.example.app:/cb"],
        "postLogoutRedirectUris": ["http://localhost:3000/"],
        "idTokenSignedResponseAlg": "ES256",
    });
    done(&sandbox, "POST", "/clients/oidc", app).await;
    let web = json!({"id": "web", "secret": "s", "permissions": []});
    done(&sandbox, "POST", "/clients/oidc", web).await;

    let basic = "Basic cmVhZGVyOnM=";
    let users = "/api/rest/v1/user";
    assert_eq!(send(&sandbox, "GET", users, basic, Value::Null).await.0, 200);
    assert_eq!(send(&sandbox, "POST", users, basic, json!({})).await.0, 403);
    let name = format!("username={}&password={}", sandbox.username(), sandbox.password());
    let path = format!("/openid/token?grant_type=password&client_id=app&{name}");
    let (status, tokens) = send(&sandbox, "POST", &path, "", Value::Null).await;
    assert_eq!(status, 200);

    let (_, clients) = call(&sandbox, "GET", "/clients", Value::Null).await;
    let expected = json!({
        "id": "reader", "permissions": ["ACCOUNT_VIEW"], "namespaces": ["sandbox"],
        "primaryNamespace": "sandbox",
    });
    assert!(clients["api"].as_array().unwrap().contains(&expected), "{clients}");
    let expected = json!({
        "id": "app", "public": true, "redirectUri": "http://localhost:3000/cb",
        "redirectUris": ["com.example.app:/cb"],
        "postLogoutRedirectUris": ["http://localhost:3000/"],
        "idTokenSignedResponseAlg": "ES256", "permissions": null,
    });
    assert!(clients["oidc"].as_array().unwrap().contains(&expected), "{clients}");
    assert!(!clients.to_string().contains("secret"), "{clients}");

    done(&sandbox, "DELETE", "/clients/reader", Value::Null).await;
    assert_eq!(send(&sandbox, "GET", users, basic, Value::Null).await.0, 401);
    assert!(sandbox.remove_client("app"));
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(send(&sandbox, "GET", users, &token, Value::Null).await.0, 401);
    assert_eq!(call(&sandbox, "DELETE", "/clients/app", Value::Null).await.0, 404);
    let ids = sandbox.client_ids();
    assert_eq!(ids, [sandbox.client_id(), sandbox.oidc_client_id(), "web"]);
}

#[tokio::test]
async fn clients_that_cannot_work_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    for (path, client, expected) in [
        ("/clients/api", json!({"id": "a"}), "missing field `secret`"),
        ("/clients/api", json!({"id": "", "secret": "s"}), "\"id\""),
        ("/clients/api", json!({"id": "a:b", "secret": "s"}), "\"id\""),
        ("/clients/api", json!({"id": "a", "secret": "s", "permisions": []}), "unknown field"),
        ("/clients/api", json!({"id": "a", "secret": "s", "permissions": ["NO"]}), "permission NO"),
        ("/clients/oidc", json!({"secret": "s"}), "missing field `id`"),
        ("/clients/oidc", json!({"id": "a", "permissions": ["NO"]}), "permission NO"),
        ("/clients/oidc", json!({"id": "a", "idTokenSignedResponseAlg": "none"}), "variant"),
        ("/clients/oidc", json!({"id": "a", "redirectUri": ""}), "redirect URI"),
        ("/clients/oidc", json!({"id": "a", "redirectUris": ["/cb"]}), "redirect URI"),
        ("/clients/oidc", json!({"id": "a", "redirectUris": ["http:///cb"]}), "redirect URI"),
        ("/clients/oidc", json!({"id": "a", "redirectUris": ["http://a/#b"]}), "redirect URI"),
        ("/clients/oidc", json!({"id": "a", "redirectUris": ["http://a/\r\nb"]}), "redirect URI"),
        (
            "/clients/oidc",
            json!({"id": "a", "postLogoutRedirectUris": ["javascript:alert(1)"]}),
            "redirect URI",
        ),
    ] {
        let (status, error) = call(&sandbox, "POST", path, client).await;
        assert_eq!(status, 400);
        assert!(error["errorMessage"].as_str().unwrap().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn objects_are_added_with_what_no_client_can_set() {
    let sandbox = Sandbox::start().await.unwrap();
    for (path, object) in [
        ("/namespaces", json!({"code": "staff"})),
        ("/groups", json!({"name": "drivers"})),
        ("/roles", json!({"name": "Helpdesk", "permissions": ["ACCOUNT_VIEW"]})),
        ("/users", json!({"username": "joe"})),
    ] {
        let (status, created) = call(&sandbox, "POST", path, object).await;
        assert_eq!((status, created["id"].as_str().unwrap().len()), (201, 24), "{path}");
        assert_eq!(call(&sandbox, "POST", path, json!([])).await.0, 400, "{path}");
    }
    let jane = json!({
        "username": "jane", "password": "any", "emails": [{"address": "j@b.c", "verified": true}],
    });
    let (_, created) = call(&sandbox, "POST", "/users", jane).await;
    let id = created["id"].as_str().unwrap();
    let user = format!("/users/{id}");
    assert_eq!(sandbox.user_document(id).unwrap()["emails"][0]["verified"], true);

    let get =
        async |path: &str| api(&sandbox, "GET", &format!("/user/{id}{path}"), Value::Null).await.1;
    done(&sandbox, "PUT", &format!("{user}/legal"), json!({"lastName": "Doe"})).await;
    assert_eq!(get("/legal").await["lastName"], "Doe");

    let entries = json!([{"personalId": "1", "time": "2020-01-01T00:00:00.000Z"}, {"id": "x"}]);
    done(&sandbox, "PUT", &format!("{user}/strongidentifications"), entries).await;
    let latest = get("/strongidentification").await;
    assert_eq!((&latest["id"], &latest["count"]), (&json!("x"), &json!(2)));
    assert_eq!(latest["firstTime"], "2020-01-01T00:00:00.000Z");
    done(&sandbox, "PUT", &format!("{user}/strongidentifications"), json!([])).await;
    assert_eq!(get("/strongidentification").await, json!({"identified": false}));

    let grants = json!([{"permissionId": "p", "permissionGroupId": "g"}]);
    done(&sandbox, "PUT", &format!("{user}/externalpermissions"), grants.clone()).await;
    assert_eq!(get("/externalpermissions").await, grants);
    done(&sandbox, "PUT", "/externalpermissions/g/p", json!({"name": "Read"})).await;
    let path = "/externalpermission/group/g/permission/p";
    assert_eq!(api(&sandbox, "GET", path, Value::Null).await.1["name"], "Read");

    done(&sandbox, "POST", &format!("{user}/permissions"), json!(["ACCOUNT_VIEW"])).await;
    done(&sandbox, "POST", &format!("{user}/roles/builtin"), json!(["PORTAL_AUDITOR"])).await;
    assert_eq!(get("/roles/builtin").await, json!(["PORTAL_AUDITOR"]));
    done(&sandbox, "PUT", &format!("{user}/groupmembership/g"), json!({"member": false})).await;

    for (method, path, body) in [
        ("PUT", "/legal", json!([])),
        ("PUT", "/strongidentifications", json!({})),
        ("PUT", "/strongidentifications", json!(["x"])),
        ("PUT", "/externalpermissions", json!(["x"])),
        ("POST", "/permissions", json!(["NO_SUCH"])),
        ("POST", "/roles/builtin", json!(["NO_SUCH"])),
        ("PUT", "/groupmembership/g", json!(1)),
    ] {
        assert_eq!(call(&sandbox, method, &format!("{user}{path}"), body).await.0, 400, "{path}");
        let nobody = match path {
            "/legal" | "/groupmembership/g" => json!({}),
            _ => json!([]),
        };
        assert_eq!(call(&sandbox, method, &format!("/users/no{path}"), nobody).await.0, 404);
    }
}

#[tokio::test]
async fn the_ledger_is_cleared() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.add_user(json!({})).unwrap();
    done(&sandbox, "DELETE", "/ledger", Value::Null).await;
    assert!(sandbox.ledger().is_empty());
}
