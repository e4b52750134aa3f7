//! `trivore users invite`.

use std::fs;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

#[test]
fn each_address_gets_one_message() {
    let installation = Installation::start();
    let file = installation.home.path().join("addresses");
    fs::write(&file, "\u{feff}joe@example.com\r\n\n jane@example.com \n").unwrap();
    let result = installation.json(&[
        "users",
        "invite",
        "jane@example.com",
        "--file",
        file.to_str().unwrap(),
        "--namespace",
        "sandbox",
        "--group",
        "drivers",
        "--create-groups",
        "--subject",
        "Welcome",
        "--text",
        "Hello",
        "--locale",
        "fi",
        "--yes",
    ]);
    assert_eq!(result, json!({"invited": ["jane@example.com", "joe@example.com"]}));
    assert_eq!(installation.sandbox.outbox().len(), 2);
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "emails": ["jane@example.com", "joe@example.com"], "nsCode": "sandbox",
            "groups": ["drivers"], "subject": "Welcome", "bodyText": "Hello", "locale": "fi",
        })
    );
}

#[test]
fn groups_that_do_not_exist_are_created_only_on_demand() {
    let installation = Installation::start();
    installation.user(json!({"username": "joe", "memberOf": ["drivers"]}));
    let invite = ["users", "invite", "jane@example.com", "--yes", "--group"];
    let message = installation.failure(4, &[&invite[..], &["driver"]].concat());
    assert!(message.contains("there is no group driver; did you mean drivers?"), "{message}");
    assert!(message.contains("--create-groups"), "{message}");
    assert!(installation.writes().is_empty());

    let message = installation.failure(2, &[&invite[..], &[" "]].concat());
    assert!(message.contains("the name of a group is empty"), "{message}");
    assert_eq!(installation.sandbox.outbox().len(), 0);

    installation.json(&[&invite[..], &["drivers"]].concat());
    installation.json(&[&invite[..], &["driver", "--create-groups"]].concat());
    assert_eq!(installation.sandbox.outbox().len(), 2);
}

#[test]
fn nobody_is_invited_by_mistake() {
    let installation = Installation::start();
    let file = installation.home.path().join("addresses");
    fs::write(&file, "joe@example.com\njane\n").unwrap();
    let path = file.to_str().unwrap();
    for (rest, expected) in [
        (vec![], "no e-mail address to invite"),
        (vec!["jane", "--yes"], "`jane`"),
        (vec!["a@b.c,d@e.f", "--yes"], "is no e-mail address"),
        (vec!["--file", path, "--yes"], "line 2"),
        (vec!["jane@example.com"], "--yes"),
    ] {
        let message = installation.failure(2, &[&["users", "invite"], &rest[..]].concat());
        assert!(message.contains(expected), "{rest:?}: {message}");
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn after_an_unknown_outcome_nobody_is_invited_again() {
    let installation = Installation::start();
    let fault = Fault::close_after_applying().on(http::Method::POST, "/invite/user").once();
    installation.sandbox.inject(fault).unwrap();
    let message = installation.failure(6, &["users", "invite", "jane@example.com", "--yes"]);
    assert!(message.contains("look before you repeat it"), "{message}");
    assert_eq!(installation.sandbox.outbox().len(), 1);

    let finished = installation.limited(&[], &["users", "invite", "jane@example.com", "--yes"]);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
}
