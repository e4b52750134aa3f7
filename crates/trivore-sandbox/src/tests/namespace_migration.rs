//! Tests of moving a user to another namespace.

use serde_json::{Value, json};

use super::client::{api, bearer};
use crate::Sandbox;

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
