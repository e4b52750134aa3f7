//! `trivore users delete`.

use serde_json::json;

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
