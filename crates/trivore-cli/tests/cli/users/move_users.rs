//! `trivore users move`.

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

fn with_jane() -> (Installation, String) {
    let installation = Installation::start();
    installation.sandbox.add_namespace(json!({"code": "partners"})).unwrap();
    let id = installation.user(json!({
        "username": "jane", "nickName": "J", "consents": {"profiling": true},
        "emails": [{"address": "jane@example.com"}],
    }));
    (installation, id)
}

#[test]
fn a_user_is_moved_with_what_is_kept() {
    let (installation, id) = with_jane();
    let rows = installation.json(&[
        "users",
        "move",
        "sandbox/jane",
        "--to",
        "partners",
        "--username",
        "jane.roe",
        "--drop",
        "emails,consents",
        "--keep-groups",
        "--yes",
    ]);
    assert_eq!(
        rows,
        json!([{"user": "sandbox/jane", "id": id, "outcome": "moved", "message": null}])
    );
    let user = installation.sandbox.user_document(&id).unwrap();
    assert_eq!((&user["nsCode"], &user["username"]), (&json!("partners"), &json!("jane.roe")));
    assert_eq!(user["nickName"], "J");
    assert!(user["emails"].as_array().is_none_or(Vec::is_empty), "{user}");
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["keepGroups"], &body["keepEmails"]), (&json!(true), &json!(false)));
    assert_eq!(body["keepPassword"], true);
}

#[test]
fn a_dropped_identifier_is_replaced_in_the_result() {
    let (installation, id) = with_jane();
    let rows =
        installation.json(&["users", "move", "jane", "--to", "partners", "--drop", "id", "-y"]);
    let new = rows[0]["id"].as_str().unwrap();
    assert_ne!(new, id);
    assert!(installation.sandbox.user_document(new).is_some());
}

#[test]
fn nobody_is_moved_by_mistake() {
    let (installation, id) = with_jane();
    for (rest, expected) in [
        (vec![id.as_str()], "--to"),
        (vec![&id, "--to", "partners"], "--yes"),
        (vec![&id, "--to", "", "--yes"], "empty"),
        (vec![&id, "--to", "partners", "--drop", "shoes", "--yes"], "shoes"),
        (vec![&id, "joe", "--to", "partners", "--username", "x", "--yes"], "one user"),
        (vec![&id, "--to", "partners", "--username", "", "--yes"], "empty"),
    ] {
        let message = installation.failure(2, &[&["users", "move"], &rest[..]].concat());
        assert!(message.contains(expected), "{rest:?}: {message}");
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn a_lost_response_is_looked_up() {
    let (installation, id) = with_jane();
    let fault = Fault::close_after_applying()
        .on(http::Method::POST, &format!("/user/{id}/migratenamespace"));
    installation.sandbox.inject(fault).unwrap();
    let rows = installation.json(&["users", "move", "jane", "--to", "partners", "--yes"]);
    assert_eq!(rows[0]["outcome"], "moved");
    assert_eq!(installation.sandbox.user_document(&id).unwrap()["nsCode"], "partners");
}

#[test]
fn a_move_that_was_not_made_is_said_to_be_none() {
    let (installation, id) = with_jane();
    let fault = Fault::reset_after_reading()
        .on(http::Method::POST, &format!("/user/{id}/migratenamespace"));
    installation.sandbox.inject(fault).unwrap();
    let finished = installation.run(&["users", "move", "jane", "--to", "partners", "--yes"]);
    assert_eq!(finished.code, 7, "{}", finished.stderr);
    let rows: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(rows[0]["outcome"], "failed");
    assert!(finished.stderr.contains("The user was not moved"), "{}", finished.stderr);
    assert!(!finished.stderr.contains("may have"), "{}", finished.stderr);
}
