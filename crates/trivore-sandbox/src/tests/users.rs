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

#[tokio::test]
async fn dates_that_only_filters_know_are_not_stored() {
    let sandbox = Sandbox::start().await.unwrap();
    let old = "2001-01-01T00:00:00.000Z";
    let with_dates = |mut body: Value| {
        let fields = json!({"createdDate": old, "lastModifiedDate": old, "meta": {"created": old}});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        body
    };
    let custom = json!({"customFields": {"createdDate": old}});
    let id = sandbox.add_user(with_dates(json!({"username": "jane"}))).unwrap();
    let user = format!("/user/{id}");
    let group = sandbox.add_group(with_dates(json!({"name": "g"}))).unwrap();
    let role = sandbox.add_custom_role(with_dates(json!({"name": "r"}))).unwrap();
    sandbox.add_namespace(with_dates(json!({"code": "n"}))).unwrap();
    for (method, path, body) in [
        ("GET", user.clone(), Value::Null),
        ("GET", format!("/group/{group}"), Value::Null),
        ("GET", format!("/role/custom/{role}"), Value::Null),
        ("GET", "/namespace/n".to_owned(), Value::Null),
        ("POST", "/user".to_owned(), with_dates(custom.clone())),
        ("POST", "/group".to_owned(), with_dates(json!({"name": "h"}))),
        ("POST", "/role/custom".to_owned(), with_dates(json!({"name": "s"}))),
        ("POST", "/namespace".to_owned(), with_dates(json!({"code": "m"}))),
        ("PUT", user.clone(), with_dates(custom.clone())),
        ("PUT", format!("{user}/enterprise"), with_dates(json!({}))),
        ("PUT", format!("/group/{group}"), with_dates(custom)),
        ("PUT", format!("/role/custom/{role}"), with_dates(json!({}))),
        ("PUT", "/namespace/n".to_owned(), with_dates(json!({}))),
    ] {
        let (status, object) = api(&sandbox, method, &path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {object}");
        for name in ["createdDate", "lastModifiedDate"] {
            assert!(object.get(name).is_none(), "{method} {path}: {object}");
        }
        assert_ne!(object["meta"]["created"], old, "{method} {path}");
        if let Some(fields) = object.get("customFields") {
            assert_eq!(fields["createdDate"], old, "an application's own field is kept");
        }
    }
    let found = format!("/user?filter=createdDate%20lt%20%22{}%22", "2002-01-01T00:00:00.000Z");
    assert_eq!(api(&sandbox, "GET", &found, Value::Null).await.1["totalResults"], 0);
    let seed = json!({"users": [
        with_dates(json!({"id": "1", "username": "exact", "otherFields": {"createdDate": old}})),
        {"id": "2", "username": "new", "otherFields": {"createdDate": old}},
    ]});
    let mut seed = seed;
    for name in ["createdDate", "lastModifiedDate"] {
        seed["users"][0].as_object_mut().unwrap().remove(name);
    }
    let import = crate::tests::client::send(&sandbox, "POST", "/sandbox/import", "", seed).await;
    assert_eq!(import, (204, Value::Null));
    for id in ["1", "2"] {
        assert!(sandbox.user_document(id).unwrap().get("createdDate").is_none(), "{id}");
    }
}

#[tokio::test]
async fn aliases_are_checked_even_if_they_are_not_used() {
    let sandbox = Sandbox::start().await.unwrap();
    let name = json!({"givenName": "Maija"});
    let emails = json!([{"address": "maija@example.com"}]);
    for (user, problem) in [
        (
            json!({"name": name, "names": {"givenName": 1}}),
            "Field \"names.givenName\" must be a string.",
        ),
        (json!({"names": []}), "Field \"names\" must be an object."),
        (json!({"emails": emails, "email": "maija"}), "Field \"email\" is not an e-mail address."),
        (json!({"email": "maija@exam\u{1}ple"}), "Field \"email\" is not an e-mail address."),
    ] {
        let (status, error) = api(&sandbox, "POST", "/user", user).await;
        assert_eq!((status, &error["errorMessage"]), (400, &json!(problem)));
    }
    let user = json!({"names": null, "email": null, "emails": emails, "name": name});
    let (status, created) = api(&sandbox, "POST", "/user", user).await;
    assert_eq!((status, &created["name"]["givenName"]), (201, &json!("Maija")));
}
