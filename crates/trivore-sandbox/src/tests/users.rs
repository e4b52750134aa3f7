//! Tests of users: create, read, change, delete.

use serde_json::{Value, json};

use super::client::api;
use crate::Sandbox;

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
