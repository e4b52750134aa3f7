//! `trivore users verify`.

use serde_json::{Value, json};

use crate::Installation;

fn with_jane() -> (Installation, String) {
    let installation = Installation::start();
    let id = installation.user(json!({
        "username": "jane", "emails": [{"address": "jane@example.com"}, {"address": "j@example.com"}],
        "mobiles": [{"number": "+358401234567"}],
    }));
    (installation, id)
}

#[test]
fn links_are_sent() {
    let (installation, id) = with_jane();
    let sent = json!({"id": id, "outcome": "sent"});
    let result = installation.json(&[
        "users",
        "verify",
        "email",
        "jane",
        "--address",
        "j@example.com",
        "--return-url",
        "https://example.com/x",
        "--expires-in-days",
        "3",
        "--property",
        "company=A=B",
    ]);
    assert_eq!(result, sent);
    assert!(installation.sandbox.outbox().last_link("j@example.com").is_some());
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["emailTemplateProperties"], json!({"company": "A=B"}));
    assert_eq!(body["expirationDays"], 3);

    assert_eq!(installation.json(&["users", "verify", "sms-link", "jane"]), sent);
    assert!(installation.sandbox.outbox().last_link("+358401234567").is_some());
    for rest in [vec!["--expires-in-days", "0"], vec!["--property", "x"]] {
        installation.failure(2, &[&["users", "verify", "email", "jane"], &rest[..]].concat());
    }
}

#[test]
fn a_code_is_sent_and_checked() {
    let (installation, id) = with_jane();
    installation.json(&["users", "verify", "sms-code", "send", "jane"]);
    let outbox = installation.sandbox.outbox();
    let code = outbox.last_sms_code("+358401234567").unwrap();
    let arguments = ["users", "verify", "sms-code", "check", "jane", "--stdin"];
    let finished = installation.run_with_input(&arguments, &format!("{code}\n"));
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let result: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(result, json!({"id": id, "outcome": "accepted"}));

    // A code works once.
    let finished = installation.run_with_input(&arguments, code);
    assert_eq!((finished.code, finished.stdout.as_str()), (5, ""), "{}", finished.stderr);
    installation.failure(2, &["users", "verify", "sms-code", "check", "jane"]);
}
