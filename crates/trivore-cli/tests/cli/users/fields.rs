//! `trivore users fields`.

use serde_json::json;

use crate::Installation;

fn with_jane() -> (Installation, String) {
    let installation = Installation::start();
    let id = installation
        .user(json!({"username": "jane", "customFields": {"a": 1, "b": {"c": [2]}, "d": "x"}}));
    (installation, id)
}

#[test]
fn fields_are_read() {
    let (installation, _id) = with_jane();
    let all = installation.json(&["users", "fields", "get", "jane"]);
    assert_eq!(all, json!({"a": 1, "b": {"c": [2]}, "d": "x"}));
    let some = installation.json(&["users", "fields", "get", "jane", "b", "d"]);
    assert_eq!(some, json!({"b": {"c": [2]}, "d": "x"}));
    let message = installation.failure(4, &["users", "fields", "get", "jane", "none"]);
    assert!(message.contains("`none`"), "{message}");
}

#[test]
fn fields_are_set_and_the_others_are_kept() {
    let (installation, id) = with_jane();
    let set = installation.json(&[
        "users",
        "fields",
        "set",
        "jane",
        "a:=true",
        "ä e=x=y",
        "list:=[1,null]",
    ]);
    assert_eq!(set, json!({"a": true, "ä e": "x=y", "list": [1, null]}));
    let expected = json!({"a": true, "b": {"c": [2]}, "d": "x", "ä e": "x=y", "list": [1, null]});
    assert_eq!(installation.sandbox.user_document(&id).unwrap()["customFields"], expected);
}

#[test]
fn invalid_names_are_not_sent() {
    let (installation, id) = with_jane();
    for (assignments, expected) in [
        (vec!["b.c=1"], "`b.c`: custom field name contains `.`"),
        (vec!["$a=1"], "$"),
        (vec!["x=1", "x=2"], "twice"),
        (vec!["x"], "FIELD"),
        (vec!["x:=nope"], "no valid JSON"),
        (vec![], "required"),
    ] {
        let message =
            installation.failure(2, &[&["users", "fields", "set", &id], &assignments[..]].concat());
        assert!(message.contains(expected), "{assignments:?}: {message}");
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn fields_are_removed() {
    let (installation, id) = with_jane();
    let left = installation.json(&["users", "fields", "unset", "jane", "a", "b", "none"]);
    assert_eq!(left, json!({"d": "x"}));
    let message = installation.failure(2, &["users", "fields", "unset", "jane", "--all"]);
    assert!(message.contains("--yes"), "{message}");
    installation.failure(2, &["users", "fields", "unset", "jane"]);
    let left = installation.json(&["users", "fields", "unset", "jane", "--all", "--yes"]);
    assert_eq!(left, json!({}));
    let user = installation.sandbox.user_document(&id).unwrap();
    assert!(user["customFields"].as_object().is_none_or(serde_json::Map::is_empty));
}
