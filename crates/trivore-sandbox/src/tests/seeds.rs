//! Tests of seeds.

use std::io::Cursor;
use std::time::SystemTime;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{api, bearer, export, send};
use crate::{Builder, Sandbox, StartError};

async fn start(seed: &str) -> Result<Sandbox, StartError> {
    start_with(seed, |builder| builder).await
}

async fn start_with(
    seed: &str,
    settings: impl FnOnce(Builder) -> Builder,
) -> Result<Sandbox, StartError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("seed.json");
    std::fs::write(&path, seed).unwrap();
    settings(Sandbox::builder()).seed(&path).start().await
}

#[tokio::test]
async fn a_seed_has_fixed_identifiers_passwords_and_grants() {
    let seed = json!({
        "users": [{
            "id": "jane-1", "nsCode": "staff", "username": "jane", "password": "secret",
            "memberOf": ["Drivers", "group-1"],
            "emails": [{"address": "a@b.c", "verified": true}],
            "otherFields": {"shoeSize": 44},
            "sandbox": {"builtinRoles": ["ACCOUNT_ADMIN"], "legal": {"lastName": "Lind"}},
        }],
        "groups": [{"id": "group-1", "nsCode": "staff", "name": "Staff"}],
        "namespaces": [{"id": "staff-1", "code": "staff", "usernamePolicy": "MANUAL"}],
        "apiClients": [{"id": "reader", "secret": "s", "permissions": ["ACCOUNT_VIEW"]}],
        "oidcClients": [{"id": "app"}],
        "externalPermissions": [{"group": "g", "permission": "p", "document": {"name": "Read"}}],
    });
    let sandbox = start(&seed.to_string()).await.unwrap();

    let (_, user) = api(&sandbox, "GET", "/user/jane-1", Value::Null).await;
    assert_eq!((&user["nsCode"], &user["shoeSize"]), (&json!("staff"), &json!(44)));
    assert_eq!(user["emails"], json!([{"address": "a@b.c", "verified": true}]));
    assert_eq!(user["memberOf"][1], "group-1");
    assert_eq!(user["meta"]["location"], format!("{}/api/rest/v1/user/jane-1", sandbox.url()));
    bearer(&sandbox, "jane@staff", "secret").await;
    let (_, roles) = api(&sandbox, "GET", "/user/jane-1/roles/builtin", Value::Null).await;
    assert_eq!(roles, json!(["ACCOUNT_ADMIN"]));
    let (_, legal) = api(&sandbox, "GET", "/user/jane-1/legal", Value::Null).await;
    assert_eq!(legal, json!({"lastName": "Lind"}));
    let permission = "/externalpermission/group/g/permission/p";
    assert_eq!(api(&sandbox, "GET", permission, Value::Null).await.1["name"], "Read");
    assert_eq!(api(&sandbox, "GET", "/namespace/staff-1", Value::Null).await.1["code"], "staff");
    // The defaults are there too.
    bearer(&sandbox, sandbox.username(), sandbox.password()).await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_seed_has_public_and_restricted_clients_and_what_registers_know() {
    let grant = json!({"permissionId": "p", "permissionGroupId": "g", "from": "2026-01-01"});
    let seed = json!({
        "namespaces": [{"code": "staff"}],
        "apiClients": [{
            "id": "reader", "secret": "s", "permissions": ["ACCOUNT_VIEW"],
            "namespaces": ["staff"], "primaryNamespace": "staff",
        }],
        "oidcClients": [{"id": "app"}, {"id": "web", "secret": "s", "permissions": []}],
        "users": [{
            "id": "jane-1", "nsCode": "staff", "username": "jane", "password": "x",
            "sandbox": {
                "legal": {"lastName": "Lind"}, "externalPermissions": [grant],
                "identifications": [{"personalId": "1", "method": "SUOMI_FI"}],
            },
        }],
        "externalPermissions": [{"group": "g", "permission": "p", "document": {"name": "Read"}}],
    });
    let sandbox = start(&seed.to_string()).await.unwrap();

    let reader = "Basic cmVhZGVyOnM=";
    let get = async |path: &str| send(&sandbox, "GET", path, reader, Value::Null).await;
    let (status, page) = get("/api/rest/v1/user").await;
    assert_eq!((status, &page["totalResults"]), (200, &json!(1)));
    assert_eq!(get("/api/rest/v1/user/jane-1/legal").await.1, json!({"lastName": "Lind"}));
    assert_eq!(get("/api/rest/v1/user/jane-1/externalpermissions").await.1, json!([grant]));
    let (_, latest) = get("/api/rest/v1/user/jane-1/strongidentification").await;
    assert_eq!(latest["method"], "SUOMI_FI");
    let create = send(&sandbox, "POST", "/api/rest/v1/user", reader, json!({})).await;
    assert_eq!(create.0, 403);
    let path = "/openid/token?grant_type=password&client_id=app&username=jane@staff&password=x";
    assert_eq!(send(&sandbox, "POST", path, "", Value::Null).await.0, 200);
    let web = "/openid/token?grant_type=client_credentials&client_id=web&client_secret=s";
    let (_, tokens) = send(&sandbox, "POST", web, "", Value::Null).await;
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(send(&sandbox, "GET", "/api/rest/v1/user", &token, Value::Null).await.0, 403);
    sandbox.shutdown().await;
}

#[tokio::test]
async fn grants_are_checked_wherever_they_come_from() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = sandbox.add_user(json!({})).unwrap();
    let good = json!({"permissionId": "p", "permissionGroupId": "g", "until": null, "new": 1});
    sandbox.set_external_permissions(&id, [good.clone()]).unwrap();
    for (grant, expected) in [
        (json!(7), "Field \"grants[1]\" must be an object."),
        (json!(null), "Field \"grants[1]\" must be an object."),
        (json!({}), "Field \"grants[1].permissionId\" is required."),
        (json!({"permissionId": "p"}), "Field \"grants[1].permissionGroupId\" is required."),
        (
            json!({"permissionId": "", "permissionGroupId": "g"}),
            "Field \"grants[1].permissionId\" is required.",
        ),
        (
            json!({"permissionId": 1, "permissionGroupId": "g"}),
            "Field \"grants[1].permissionId\" must be a string.",
        ),
        (
            json!({"permissionId": "p", "permissionGroupId": "g", "grantedTime": 1}),
            "Field \"grants[1].grantedTime\" must be a string.",
        ),
        (
            json!({"permissionId": "p", "permissionGroupId": "g", "customFields": []}),
            "Field \"grants[1].customFields\" must be an object.",
        ),
        (
            json!({"permissionId": "p", "permissionGroupId": "g", "granted_by_id": "1"}),
            "Field \"grants[1].granted_by_id\" is unknown; the field is \"grantedById\".",
        ),
    ] {
        let grants = json!([good, grant]);
        let list = grants.as_array().unwrap().clone();
        let error = sandbox.set_external_permissions(&id, list).unwrap_err();
        assert_eq!(error.to_string(), expected);
        let path = format!("/sandbox/users/{id}/externalpermissions");
        let (status, error) = send(&sandbox, "PUT", &path, "", grants.clone()).await;
        assert_eq!((status, &error["errorMessage"]), (400, &json!(expected)));
        let seed =
            json!({"users": [{"username": "x", "sandbox": {"externalPermissions": grants}}]});
        let error = start(&seed.to_string()).await.unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains(expected), "{error}");
    }
    let path = format!("/user/{id}/externalpermissions");
    assert_eq!(api(&sandbox, "GET", &path, Value::Null).await.1, json!([good]), "nothing changed");
    assert!(sandbox.set_external_permissions("no", [good]).is_err());
}

#[tokio::test]
async fn a_client_with_an_unknown_permission_is_an_error() {
    use crate::{ApiClient, OidcClient};

    let api = Sandbox::builder().api_client(ApiClient::new("a", "s").permissions(["NO_SUCH"]));
    let oidc = Sandbox::builder().oidc_client(OidcClient::public("a").permissions(["NO_SUCH"]));
    for builder in [api, oidc] {
        let error = builder.start().await.unwrap_err().to_string();
        assert_eq!(error, "unknown permission `NO_SUCH` of the client `a`");
    }
}

/// A sandbox with everything that a seed can have, also what no rule would allow now.
async fn full() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    let user = json!({
        "username": "jane", "password": "x", "memberOf": ["g"], "nickName": "J", "password2": 1,
        "emails": [{"address": "a@b.c"}, {"address": "c@d.e", "odd": true}],
        "mobiles": [{"number": "+358401"}], "customFields": {"a.b": null, "c": [1.5, {}]},
        "otherFields": "mine", "sandbox": {}, "locale": 5, "\u{e4}": "\"\n",
    });
    let id = sandbox.add_user(user).unwrap();
    let group = sandbox.add_group(json!({"name": "h", "odd": 1})).unwrap();
    sandbox.add_external_permission("g", "p", json!({"x": [null]})).unwrap();
    sandbox
        .set_external_permissions(
            &id,
            [json!({"permissionId": "p", "permissionGroupId": "g", "odd": [7, null]})],
        )
        .unwrap();
    sandbox.set_group_membership(&id, &group, json!({"member": null})).unwrap();
    sandbox.set_legal_info(&id, json!({"lastName": null})).unwrap();
    sandbox.create_api_client(crate::ApiClient::new("c", "s").namespaces(["sandbox"]));
    sandbox.create_oidc_client(crate::OidcClient::public("app").permissions(["ACCOUNT_VIEW"]));
    let path = format!("/user/{id}");
    for (method, route, body) in [
        ("POST", format!("{path}/sms/verify/send"), Value::Null),
        ("POST", format!("{path}/email/verify"), json!({"returnURL": "http://back.example"})),
        ("PUT", format!("{path}/enterprise"), json!({"vatId": "x"})),
        ("POST", format!("{path}/strongidentification"), json!({"personalId": "x"})),
        ("POST", "/role/custom".to_owned(), json!({"name": "r", "odd": {}})),
        ("PUT", "/namespace/sandbox".to_owned(), json!({"shortName": null, "commMethodMaxQty": 0})),
        ("DELETE", "/namespace/operators".to_owned(), Value::Null),
    ] {
        let (status, response) = api(&sandbox, method, &route, body).await;
        assert!((200..300).contains(&status) || status == 409, "{method} {route}: {response}");
    }
    let (_, roles) = api(&sandbox, "GET", "/role/custom", Value::Null).await;
    let grant = json!({"add": [roles["resources"][0]["id"]]});
    assert_eq!(api(&sandbox, "PUT", &format!("{path}/roles/custom"), grant).await.0, 200);
    bearer(&sandbox, "jane@sandbox", "x").await;
    sandbox
}

#[tokio::test]
async fn a_sandbox_that_starts_with_an_export_stores_the_same() {
    let sandbox = full().await;
    let seed = export(&sandbox);

    let copy = start(&seed).await.unwrap();

    assert_eq!(export(&copy).replace(copy.url(), ""), seed.replace(sandbox.url(), ""));
    bearer(&copy, "jane@sandbox", "x").await;
    let id = copy.add_user(json!({})).unwrap();
    assert!(!seed.contains(&id));
    sandbox.shutdown().await;
    copy.shutdown().await;
}

#[tokio::test]
async fn an_import_replaces_everything_or_nothing() {
    let sandbox = full().await;
    let seed = export(&sandbox);
    let other = Sandbox::start().await.unwrap();
    let id = other.add_user(json!({"username": "gone"})).unwrap();
    let before = export(&other);

    let broken = seed.replace("\"users\"", "\"userss\"");
    let error = other.import(Cursor::new(broken)).unwrap_err().to_string();
    assert!(error.contains("userss: unknown field"), "{error}");
    assert_eq!(export(&other), before);

    other.import(Cursor::new(&seed)).unwrap();
    assert_eq!(export(&other), seed);
    assert!(other.user_document(&id).is_none());
    sandbox.shutdown().await;
    other.shutdown().await;
}

#[tokio::test]
async fn an_import_is_kept_in_the_data_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data");
    let full = full().await;
    let seed = export(&full);
    let sandbox = Sandbox::builder().data(&path).start().await.unwrap();
    sandbox.import(Cursor::new(&seed)).unwrap();
    sandbox.shutdown().await;

    // A seed is for a new file only.
    let sandbox = Sandbox::builder().data(&path).seed("/no/such/file").start().await.unwrap();

    assert_eq!(export(&sandbox), seed);
    sandbox.shutdown().await;
    full.shutdown().await;
}

#[tokio::test]
async fn an_error_in_a_seed_names_the_line_and_the_path_but_no_value() {
    for (seed, line, expected) in [
        ("{\n\"userz\": []}", 2, "userz: unknown field"),
        ("{\n\n\"users\": {}}", 3, "expected a list"),
        ("{\"users\": [\n{\"usernam\": \"hidden\"}]}", 2, "users[0].usernam: unknown field"),
        (
            "{\"users\": [{},\n{\"locked\":\n\"hidden\"}]}",
            3,
            "users[1].locked: must be true or false",
        ),
        (
            "{\"users\": [\n{\"emails\": [{}, {\"address\": 77}]}]}",
            2,
            "users[0].emails[1].address: must be a string",
        ),
        ("{\"users\": [\n{\"tags\": [\"a\", {}]}]}", 2, "users[0].tags[1]: must be a string"),
        ("{\"users\": [\n{\"sex\": \"hidden\"}]}", 2, "users[0].sex: must be one of FEMALE"),
        ("{\"users\": [\n{\"title\": null}]}", 2, "users[0].title: must be a string"),
        ("{\"users\": [\n\"hidden\"]}", 2, "users[0]: must be an object"),
        (
            "{\"users\": [\n{\"title\": \"a\",\n\"title\": \"b\"}]}",
            3,
            "users[0].title: appears twice",
        ),
        ("{\"users\": [],\n\"users\": []}", 2, "users: appears twice"),
        (
            "{\"users\": [\n{\"nsCode\": \"hidden\"}]}",
            2,
            "users[0]: Field \"nsCode\" names no namespace.",
        ),
        (
            "{\"users\": [\n{\"username\": \"hidden\"},\n{\"username\": \"HIDDEN\"}]}",
            3,
            "users[1]: This username is taken.",
        ),
        (
            "{\"users\": [\n{\"id\": \"hidden\"},\n{\"id\": \"hidden\"}]}",
            3,
            "users[1]: an object with this id already exists",
        ),
        (
            "{\"users\": [\n{\"sandbox\": {\"builtinRoles\": [\"hidden\"]}}]}",
            2,
            "users[0]: names an unknown built-in role",
        ),
        (
            "{\"users\": [\n{\"sandbox\": {\"code\": {\"expires\": \"hidden\"}}}]}",
            2,
            "users[0].sandbox.code.expires: must be a time",
        ),
        (
            "{\"users\": [\n{\"sandbox\": {\"code\": {}}}]}",
            2,
            "users[0]: a required field is missing",
        ),
        ("{\"users\": [\n{\"meta\": {}}]}", 2, "users[0]: id is required"),
        ("{\"namespaces\": [\n{}]}", 2, "namespaces[0]: Field \"code\" is required."),
        (
            "{\"namespaces\": [\n{\"code\": \"sandbox\"}]}",
            2,
            "namespaces[0]: A namespace with this code",
        ),
        ("{\"groups\": [\n{\"name\": 1}]}", 2, "groups[0].name: must be a string"),
        ("{\"lastId\":\n4294967296}", 2, "lastId: must be at most"),
        ("{\"defaults\":\n1}", 2, "defaults: must be true or false"),
        ("{\"users\": [\n{}", 2, "EOF while parsing"),
        ("[]", 1, "expected an object"),
        ("{} x", 1, "trailing characters"),
        ("", 1, "EOF while parsing"),
    ] {
        let error = start(seed).await.unwrap_err().to_string();
        assert!(error.contains(&format!("seed.json: line {line}, column ")), "{seed}: {error}");
        assert!(error.contains(expected), "{seed}: {error}");
        assert!(!error.contains("hidden"), "{seed}: {error}");
    }
    let error = Sandbox::builder().seed("/no/such/file").start().await.unwrap_err().to_string();
    assert!(error.contains("/no/such/file"), "{error}");
}

#[tokio::test]
async fn runs_with_the_same_settings_are_the_same() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sandbox = Sandbox::builder()
            .random_seed(7)
            .fixed_code("123456")
            .standing_clock(SystemTime::UNIX_EPOCH)
            .start()
            .await
            .unwrap();
        let user = json!({"password": "kT9wzRbQxLm3pVd", "mobiles": [{"number": "+358401"}]});
        let (_, user) = api(&sandbox, "POST", "/user", user).await;
        let path = format!("/user/{}", user["id"].as_str().unwrap());
        api(&sandbox, "POST", &format!("{path}/sms/verify/send"), Value::Null).await;
        api(&sandbox, "POST", &format!("{path}/sms/verify/sendLink"), Value::Null).await;
        let username = user["username"].as_str().unwrap();
        bearer(&sandbox, &format!("{username}@sandbox"), "kT9wzRbQxLm3pVd").await;
        assert_eq!(sandbox.outbox().last_sms_code("+358401"), Some("123456"));
        let check = format!("{path}/sms/verify/check/123456");
        assert_eq!(api(&sandbox, "POST", &check, Value::Null).await.0, 200);
        runs.push(export(&sandbox).replace(sandbox.url(), ""));
        sandbox.shutdown().await;
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_standing_clock_gives_every_object_another_identifier() {
    let settings = |builder: Builder| builder.standing_clock(SystemTime::UNIX_EPOCH);
    let sandbox = settings(Sandbox::builder()).start().await.unwrap();
    let first = sandbox.add_user(json!({})).unwrap();
    // Without the counter, the copy would count from the start.
    let seed = export(&sandbox);
    let seed = seed.replace(seed.lines().nth(2).unwrap(), "\"lastId\": 0,");
    let copy = start_with(&seed, settings).await.unwrap();

    for _ in 0..10 {
        assert_ne!(copy.add_user(json!({})).unwrap(), first);
    }
    sandbox.shutdown().await;
    copy.shutdown().await;
}
