//! `trivore users delete`.

use http::Method;
use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

#[test]
fn a_user_is_deleted_only_after_a_confirmation() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));

    let finished = installation.run(&["users", "delete", "jane"]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("--yes"), "{}", finished.stderr);
    assert!(installation.sandbox.user_document(&id).is_some());

    let finished = installation.run(&["users", "delete", "jane", "--yes"]);
    assert_eq!((finished.code, finished.stderr), (0, format!("Deleted {id}.\n")));
    assert!(installation.sandbox.user_document(&id).is_none());
}

#[test]
fn several_users_are_deleted_or_none() {
    let installation = Installation::start();
    let ids: Vec<_> =
        ["jane", "joe", "jim"].map(|name| installation.user(json!({"username": name}))).to_vec();
    let message = installation.failure(2, &["users", "delete", "jane", "joe"]);
    assert!(message.contains("Delete 2 users: jane, joe?"), "{message}");
    assert!(installation.sandbox.requests().is_empty());

    let message = installation.failure(4, &["users", "delete", "jane", "nobody", "--yes"]);
    assert!(message.contains("nobody: there is no user nobody"), "{message}");
    assert!(installation.writes().is_empty());

    let rows = installation.json(&["users", "delete", "jane", "joe", &ids[0], "--yes"]);
    let row = |user: &str, id: &str| json!({"user": user, "id": id, "outcome": "deleted", "message": null});
    assert_eq!(rows, json!([row("jane", &ids[0]), row("joe", &ids[1])]));
    let exists = |id: &String| installation.sandbox.user_document(id).is_some();
    assert_eq!(ids.iter().map(exists).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn a_missing_permission_is_named() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let finished = installation.limited(&["ACCOUNT_VIEW"], &["users", "delete", "jane", "--yes"]);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    assert!(finished.stderr.contains("needs the permission "), "{}", finished.stderr);
}

#[test]
fn nobody_is_deleted_if_an_identifier_does_not_exist() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let unknown = "5b0cfba4e2bb230ff8b535e6";
    for users in [[unknown, "jane"], ["jane", unknown]] {
        let finished = installation.run(&[&["users", "delete", "--yes"], &users[..]].concat());
        assert_eq!(finished.code, 4, "{}", finished.stderr);
        assert!(finished.stderr.contains(unknown), "{}", finished.stderr);
    }
    assert!(installation.sandbox.user_document(&id).is_some());
}

#[test]
fn a_deletion_with_an_unknown_outcome_keeps_the_identifier() {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let lost = Fault::reset_after_applying().on(Method::DELETE, "/user/{userId}");
    installation.sandbox.inject(lost).unwrap();
    let finished = installation.run(&["users", "delete", "jane", "--yes"]);
    assert_eq!(finished.code, 6, "{finished:?}");
    let rows: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&rows[0]["outcome"], &rows[0]["id"]), (&json!("unknown"), &json!(id)));
}
