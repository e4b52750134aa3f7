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

#[test]
fn names_and_addresses_may_have_slashes_and_quotes() {
    let installation = Installation::start();
    installation.sandbox.add_namespace(json!({"code": "other"})).unwrap();
    let id = |user| installation.user(user);
    let slash = id(json!({"username": "a/b"}));
    let address = id(json!({"username": "x", "emails": [{"address": "a/b@example.com"}]}));
    let quoted = id(json!({"username": "\" or username pr \\", "nsCode": "other"}));
    let named = id(json!({"username": "ö ü/中", "nsCode": "other"}));
    for (name, expected) in [
        ("a/b", &slash),
        ("sandbox/a/b", &slash),
        ("a/b@example.com", &address),
        ("other/\" or username pr \\", &quoted),
        ("\" or username pr \\", &quoted),
        ("other/ö ü/中", &named),
        ("ö ü/中", &named),
    ] {
        assert_eq!(installation.json(&["users", "get", name])["id"], expected.as_str(), "{name}");
    }
    // NAMESPACE/USERNAME is meant rather than a user name with a slash.
    let in_namespace = id(json!({"username": "b", "nsCode": "other"}));
    id(json!({"username": "other/b"}));
    let found = installation.json(&["users", "get", "other/b"]);
    assert_eq!(found["id"], in_namespace.as_str());
}

#[test]
fn of_many_candidates_an_error_lists_some() {
    let installation = Installation::start();
    for at in 0..12 {
        let code = format!("ns{at}");
        installation.sandbox.add_namespace(json!({"code": code})).unwrap();
        installation.user(json!({"username": "jane", "nsCode": code}));
    }
    let message = installation.failure(4, &["users", "legal", "jane"]);
    assert!(message.contains("ns0/jane") && message.contains("and 2 more"), "{message}");
    assert!(installation.writes().is_empty());
}

#[test]
fn a_name_cannot_control_the_terminal() {
    let installation = Installation::start();
    installation.sandbox.add_namespace(json!({"code": "other"})).unwrap();
    let name = "j\u{1b}[2J\r";
    installation.user(json!({"username": name, "emails": [{"address": "j@example.com"}]}));
    installation.user(
        json!({"username": name, "nsCode": "other", "emails": [{"address": "j@example.com"}]}),
    );
    for shown in [name, "j@example.com"] {
        let message = installation.failure(4, &["users", "get", shown]);
        assert!(message.contains("sandbox/j\u{fffd}[2J\u{fffd}"), "{message:?}");
        assert!(!message.contains(['\u{1b}', '\r']), "{message:?}");
    }
}
