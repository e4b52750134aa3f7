//! `trivore users enterprise`.

use std::fs;

use serde_json::json;

use crate::Installation;

#[test]
fn fields_are_changed_and_the_others_are_kept() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "org", "userAccountType": "LEGAL_ENTITY"}));
    let changes = installation.json(&[
        "users",
        "enterprise",
        "set",
        "org",
        "businessId=2345678-9",
        "sales.phone=+358401234567",
        "sales.email=sales@example.com",
        "parallelTradeNames:=[\"Example\"]",
    ]);
    assert_eq!(changes.as_array().unwrap().len(), 4, "{changes}");
    let changes = installation.json(&["users", "enterprise", "set", "org", "sales.phone=+1"]);
    assert_eq!(
        changes,
        json!([{"field": "sales.phone", "before": "+358401234567", "after": "+1"}])
    );
    let shown = installation.json(&["users", "enterprise", "get", &id]);
    assert_eq!(shown["sales"], json!({"phone": "+1", "email": "sales@example.com"}));
    assert_eq!(shown["businessId"], "2345678-9");

    let file = installation.home.path().join("org.json");
    fs::write(&file, json!({"vatId": "FI1", "meta": {}, "businessId": "2345678-9"}).to_string())
        .unwrap();
    let path = file.to_str().unwrap();
    let changes = installation.json(&["users", "enterprise", "set", "org", "--file", path]);
    assert_eq!(changes, json!([{"field": "vatId", "before": null, "after": "FI1"}]));
    let before = installation.writes().len();
    let changes = installation.json(&["users", "enterprise", "set", "org", "--file", path]);
    assert_eq!(changes, json!([]));
    assert_eq!(installation.writes().len(), before);
}

#[test]
fn invalid_fields_are_not_sent() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "org", "userAccountType": "LEGAL_ENTITY"}));
    for (field, expected) in [
        ("bisnessId=1", "no field `bisnessId`"),
        ("businessId:=1", "`businessId`"),
        ("meta.created=1", "meta"),
    ] {
        let message = installation.failure(2, &["users", "enterprise", "set", &id, field]);
        assert!(message.contains(expected), "{message}");
    }
    installation.failure(2, &["users", "enterprise", "set", &id]);
    assert!(installation.sandbox.requests().is_empty());

    installation.json(&["users", "enterprise", "set", &id, "vatId=1"]);
    let message = installation.failure(2, &["users", "enterprise", "set", &id, "vatId:=null"]);
    assert!(message.contains("cannot clear"), "{message}");
}
