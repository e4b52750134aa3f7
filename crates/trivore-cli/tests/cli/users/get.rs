//! `trivore users get`.

use serde_json::{Value, json};

use crate::Installation;

#[test]
fn a_user_is_named_by_identifier_name_or_address() {
    let installation = Installation::start();
    let id =
        installation.user(json!({"username": "jane", "emails": [{"address": "jane@example.com"}]}));
    let user: Value = serde_json::from_str(&installation.stdout(&["users", "get", &id])).unwrap();
    let in_namespace = format!("{}/jane", user["nsCode"].as_str().unwrap());
    for name in [id.as_str(), "jane", "jane@example.com", &in_namespace] {
        let written = installation.stdout(&["users", "get", name, "--columns", "id", "-o", "yaml"]);
        assert_eq!(written, format!("id: {id}\n"), "{name}");
    }
}

#[test]
fn a_name_that_several_users_have_is_an_error_with_the_candidates() {
    let installation = Installation::start();
    installation.sandbox.add_namespace(json!({"code": "other"})).unwrap();
    let first = installation.user(json!({"username": "jane"}));
    let second = installation.user(json!({"username": "jane", "nsCode": "other"}));
    let finished = installation.run(&["users", "get", "jane"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (4, ""));
    for candidate in [first, format!("{second}  other/jane")] {
        assert!(finished.stderr.contains(&candidate), "{}", finished.stderr);
    }
}

#[test]
fn a_user_who_does_not_exist_is_reported() {
    let installation = Installation::start();
    for name in ["nobody", "5b0cfba4e2bb230ff8b535e6", "none/nobody"] {
        let finished = installation.run(&["users", "get", name]);
        assert_eq!((finished.code, finished.stdout.as_str()), (4, ""), "{name}");
    }
}
