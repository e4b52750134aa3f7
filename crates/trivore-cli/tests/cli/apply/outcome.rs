//! What becomes of the users.

use serde_json::{Value, json};

use crate::Installation;
use crate::installation::Finished;
use crate::plan::comparison::{customer, file, with_namespace};

/// Makes a plan and returns the path of its file.
#[track_caller]
pub(crate) fn planned(installation: &Installation, rows: &[Value], options: &[&str]) -> String {
    let desired = file(installation, "desired.ndjson", rows);
    let out = installation.home.path().join("plan.json").to_str().unwrap().to_owned();
    let mut arguments = vec!["plan", &desired, "-n", "customers", "--out", &out];
    arguments.extend(options);
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    out
}

/// Applies a plan without questions.
pub(crate) fn apply(installation: &Installation, plan: &str, options: &[&str]) -> Finished {
    let mut arguments = vec!["apply", plan, "--yes"];
    arguments.extend(options);
    installation.sandbox.clear_ledger();
    installation.run(&arguments)
}

/// The changes that were made, as operation and identifier.
pub(crate) fn writes(installation: &Installation) -> Vec<(&'static str, String)> {
    let entries = installation.sandbox.ledger().into_iter();
    entries.filter(|entry| entry.kind == "user").map(|entry| (entry.operation, entry.id)).collect()
}

fn many() -> (Installation, String, String, Vec<Value>) {
    let installation = with_namespace();
    let jane = customer(
        &installation,
        json!({
            "username": "jane", "name": {"givenName": "Jane", "familyName": "Roe"}, "title": "Dr.",
            "emails": [{"address": "jane@example.com", "name": "Home"}], "tags": ["a"],
            "memberOf": ["drivers"], "customFields": {"old": 1, "kept": {"x": 1}},
        }),
    );
    let jim = customer(&installation, json!({"username": "jim"}));
    let rows = vec![
        json!({"username": "new", "emails": ["new@example.com"], "memberOf": ["drivers"], "tags": ["X"]}),
        json!({
            "username": "jane", "name": {"familyName": "Doe"}, "title": null, "tags": ["B"],
            "emails": ["new.jane@example.com", "Jane@example.com"], "locked": true,
            "memberOf": ["drivers", "staff"], "customFields": {"old": null, "new": [1, null]},
        }),
    ];
    (installation, jane, jim, rows)
}

#[test]
fn users_are_created_changed_and_deleted_as_planned() {
    let (installation, jane, jim, rows) = many();
    let plan = planned(&installation, &rows, &["--prune"]);
    let finished = apply(&installation, &plan, &["--prune", "--max-deletes", "1"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(finished.stderr.contains("1 created, 1 changed, 1 deleted."), "{}", finished.stderr);
    let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&summary["created"], &summary["notBegun"]), (&json!(1), &json!(0)));
    let user = installation.sandbox.user_document(&jane).unwrap();
    assert_eq!(user["name"], json!({"givenName": "Jane", "familyName": "Doe"}));
    assert_eq!(user["emails"][1]["name"], "Home");
    assert_eq!(user["emails"][1]["address"], "jane@example.com");
    assert_eq!(user["tags"], json!(["b"]));
    assert_eq!((&user["locked"], user.get("title")), (&json!(true), None));
    assert_eq!(user["memberOf"].as_array().unwrap().len(), 2);
    assert_eq!(user["customFields"], json!({"kept": {"x": 1}, "new": [1, null]}));
    assert!(installation.sandbox.user_document(&jim).is_none());

    // What was planned is there now.
    let desired = file(&installation, "desired.ndjson", &rows);
    let finished = installation.run(&["plan", &desired, "-n", "customers", "-o", "table"]);
    assert_eq!(
        finished.stdout,
        "Plan: 0 to create, 0 to change, 0 to delete; 2 unchanged, 0 not mentioned.\n"
    );
}

#[test]
fn applying_a_plan_again_changes_nothing_and_says_so() {
    let (installation, _, _, rows) = many();
    let plan = planned(&installation, &rows, &["--prune"]);
    let options = ["--prune", "--max-deletes", "5"];
    assert_eq!(apply(&installation, &plan, &options).code, 0);
    assert_eq!(writes(&installation).len(), 3);
    assert!(!std::path::Path::new(&format!("{plan}.journal")).exists());
    let again = apply(&installation, &plan, &options);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(installation.sandbox.ledger().is_empty());
    assert!(again.stderr.contains("Nothing to do: all 3 users are as planned already."));
}

#[test]
fn a_plan_without_changes_sends_nothing() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "jane"}));
    let plan = planned(&installation, &[json!({"username": "jane"})], &[]);
    installation.sandbox.clear_requests();
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 0);
    assert!(finished.stderr.contains("Nothing to do"), "{}", finished.stderr);
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn users_without_user_name_are_created_once() {
    let installation = with_namespace();
    let rows = [json!({"email": "new@example.com", "title": "Dr."})];
    let plan = planned(&installation, &rows, &["--key", "email"]);
    for expected in [1, 0] {
        let finished = apply(&installation, &plan, &[]);
        assert_eq!(finished.code, 0, "{}", finished.stderr);
        assert_eq!(writes(&installation).len(), expected);
    }
}

#[test]
fn members_of_objects_are_cleared() {
    let installation = with_namespace();
    let id = customer(
        &installation,
        json!({
            "username": "jane", "name": {"givenName": "Jane", "familyName": "Roe"},
            "customFields": {"a": {"b": 1, "c": 2}, "d": 3},
        }),
    );
    let row = json!({
        "username": "jane", "name": {"givenName": null, "familyName": "Roe"},
        "customFields": {"a": {"b": null}},
    });
    let path = planned(&installation, &[row], &[]);
    let finished = apply(&installation, &path, &[]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let user = installation.sandbox.user_document(&id).unwrap();
    assert_eq!(user["name"], json!({"familyName": "Roe"}));
    assert_eq!(user["customFields"], json!({"a": {"c": 2}, "d": 3}));
    // The next one finds nothing to do.
    installation.sandbox.clear_ledger();
    assert_eq!(apply(&installation, &path, &[]).code, 0);
    assert!(writes(&installation).is_empty());
}
