//! `trivore users update`.

use std::fs;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

fn with_jane() -> (Installation, String) {
    let installation = Installation::start();
    let id = installation.user(json!({
        "username": "jane", "locale": "en", "nickName": "J",
        "name": {"givenName": "Jane", "familyName": "Roe"},
        "emails": [{"address": "jane@example.com"}], "customFields": {"shoeSize": 37, "x": 1},
    }));
    (installation, id)
}

fn last_body(installation: &Installation) -> Value {
    let requests = installation.sandbox.requests();
    let put = requests.iter().rfind(|request| request.method == http::Method::PUT).unwrap();
    serde_json::from_slice(&put.body).unwrap()
}

#[test]
fn only_what_changes_is_sent_and_shown() {
    let (installation, id) = with_jane();
    let changes = installation.json(&[
        "users",
        "update",
        "jane",
        "--set",
        "name.givenName=Joan",
        "--set",
        "locale=en",
        "--unset",
        "nickName",
    ]);
    assert_eq!(
        changes,
        json!([
            {"field": "name.givenName", "before": "Jane", "after": "Joan"},
            {"field": "nickName", "before": "J", "after": null},
        ])
    );
    let sent = last_body(&installation);
    assert_eq!(sent["name"]["givenName"], "Joan");
    assert_eq!(sent["nickName"], Value::Null);
    assert!(sent.get("locale").is_none() && sent.get("customFields").is_none(), "{sent}");
    assert_eq!(installation.writes(), [format!("PUT /api/rest/v1/user/{id}")]);
}

#[test]
fn elements_of_lists_and_custom_fields_are_changed() {
    let (installation, id) = with_jane();
    installation.json(&[
        "users",
        "update",
        "jane",
        "-s",
        "emails.0.address=new@example.com",
        "-s",
        "emails.1.address=second@example.com",
        "-s",
        "customFields.shoeSize:=38",
        "-u",
        "customFields.x",
    ]);
    let user = installation.sandbox.user_document(&id).unwrap();
    assert_eq!(user["emails"][0]["address"], "new@example.com");
    assert_eq!(user["emails"][1]["address"], "second@example.com");
    assert_eq!(user["customFields"], json!({"shoeSize": 38}));
}

#[test]
fn a_file_is_merged() {
    let (installation, id) = with_jane();
    let file = installation.home.path().join("patch.json");
    let patch = json!({
        "id": "other", "meta": {}, "name": {"familyName": "Doe"}, "nickName": null, "locale": "fi",
    });
    fs::write(&file, patch.to_string()).unwrap();
    installation.json(&["users", "update", &id, "--file", file.to_str().unwrap()]);
    let user = installation.sandbox.user_document(&id).unwrap();
    assert_eq!(user["name"]["givenName"], "Jane");
    assert_eq!(user["name"]["familyName"], "Doe");
    assert_eq!((&user["locale"], &user["nickName"]), (&json!("fi"), &Value::Null));
}

#[test]
fn without_a_difference_nothing_is_written() {
    let (installation, _id) = with_jane();
    let finished = installation.run(&["users", "update", "jane", "--set", "locale=en"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (0, "[]\n"));
    assert!(finished.stderr.contains("Nothing to change"), "{}", finished.stderr);
    assert!(installation.writes().is_empty());
}

#[test]
fn invalid_changes_are_not_sent() {
    let (installation, id) = with_jane();
    let file = installation.home.path().join("patch.json");
    fs::write(&file, "{\"password\": \"Sininen-Kuu-42\"}").unwrap();
    let path = file.to_str().unwrap();
    let twice = installation.home.path().join("twice.json");
    fs::write(&twice, "{\"locale\": \"fi\",\n \"locale\": \"sv\"}").unwrap();
    let twice = twice.to_str().unwrap();
    for (rest, expected) in [
        (vec![], "nothing to change"),
        (vec!["--set", "locale"], "FIELD=TEXT"),
        (vec!["--set", "nsCode=other"], "users move"),
        (vec!["--set", "locked=yes"], "`locked`"),
        (vec!["--set", "customFields.x:=123456789012345678901"], "64 bits"),
        (vec!["--set", "password:=Sininen-Kuu-42"], "no valid JSON"),
        (vec!["--set", "localle=fi"], "localle"),
        (vec!["--unset", "meta"], "meta"),
        (vec!["--unset", "password"], "password set"),
        (vec!["-s", "locale=fi", "-u", "locale"], "`locale` is given twice"),
        (vec!["-s", "locale=fi", "-s", "locale=sv"], "`locale` is given twice"),
        (vec!["-u", "locale", "-u", "locale"], "`locale` is given twice"),
        (vec!["-u", "name", "-s", "name.givenName=J"], "`name` contains `name.givenName`"),
        (vec!["-s", "emails.0.name=J", "-s", "emails:=[]"], "`emails` contains `emails.0.name`"),
        (vec!["--file", path], "password set"),
        (vec!["--file", twice], "the member \"locale\" twice at line 2"),
    ] {
        let message = installation.failure(2, &[&["users", "update", &id], &rest[..]].concat());
        assert!(message.contains(expected), "{rest:?}: {message}");
        assert!(!message.contains("Sininen"), "{message}");
    }
    assert!(installation.sandbox.requests().is_empty());

    // That there is no such element is known only when the user was read.
    let message = installation.failure(2, &["users", "update", &id, "-s", "emails.5.address=x"]);
    assert!(message.contains("list of 1"), "{message}");
    let message =
        installation.failure(2, &["users", "update", &id, "-s", "emails.0.verified=true"]);
    assert!(message.contains("'emails.0.verified:=...'"), "{message}");
    assert!(installation.writes().is_empty());
}

#[test]
fn an_unknown_outcome_is_reported_with_what_to_do() {
    let (installation, _id) = with_jane();
    let fault = Fault::close_after_applying().method(http::Method::PUT);
    installation.sandbox.inject(fault).unwrap();
    let message = installation.failure(6, &["users", "update", "jane", "--set", "locale=fi"]);
    assert!(message.contains("look before you repeat it"), "{message}");

    installation.sandbox.clear_faults();
    let fault = Fault::apply_then_status(500).method(http::Method::PUT);
    installation.sandbox.inject(fault).unwrap();
    let message = installation.failure(6, &["users", "update", "jane", "--set", "locale=sv"]);
    assert!(message.contains("Request id: "), "{message}");
}

#[test]
fn a_missing_permission_is_named() {
    let (installation, _id) = with_jane();
    let finished =
        installation.limited(&["ACCOUNT_VIEW"], &["users", "update", "jane", "--set", "locale=fi"]);
    assert_eq!((finished.code, finished.stdout.as_str()), (5, ""));
    assert!(finished.stderr.contains("permission ACCOUNT_MODIFY"), "{}", finished.stderr);
}

#[test]
fn a_table_shows_the_values_before_and_after() {
    let (installation, _id) = with_jane();
    let written =
        installation.stdout(&["users", "update", "jane", "--set", "nickName=Jo", "-o", "table"]);
    assert_eq!(written.to_lowercase(), "field     before  after\nnickname  j       jo\n");
}

#[test]
fn what_the_service_ignores_is_a_failure() {
    let (installation, id) = with_jane();
    let arguments = [
        "users",
        "update",
        "jane",
        "-s",
        "emails.0.verified:=true",
        "-s",
        "nickName=Jo",
        "-s",
        "customerGroupInfo.classes:=[\"x\"]",
        "--allow-unknown",
    ];
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    let changes: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(changes, json!([{"field": "nickName", "before": "J", "after": "Jo"}]));
    let message = "the service left unchanged: emails, customerGroupInfo.classes";
    assert!(finished.stderr.contains(message), "{}", finished.stderr);
    assert_eq!(installation.sandbox.user_document(&id).unwrap()["emails"][0]["verified"], false);

    let mut rules = installation.sandbox.rules();
    rules.null_ignored = true;
    installation.sandbox.set_rules(rules);
    let message = installation.failure(5, &["users", "update", "jane", "--unset", "nickName"]);
    assert!(message.contains("still has nickName."), "{message}");
}

#[test]
fn elements_that_are_removed_are_those_that_the_list_had() {
    let (installation, id) = with_jane();
    installation.json(&["users", "update", &id, "-s", "tags:=[\"a\", \"b\", \"c\", \"d\"]"]);
    installation.json(&["users", "update", &id, "-u", "tags.0", "-u", "tags.2", "-s", "tags.3=e"]);
    assert_eq!(installation.sandbox.user_document(&id).unwrap()["tags"], json!(["b", "e"]));
}
