//! What is compared, and how.

use serde_json::{Value, json};
use trivore_sandbox::{Rules, Sandbox};

use crate::Installation;

/// An installation with the namespace `customers`.
pub(crate) fn with_namespace() -> Installation {
    with_rules(Rules::default())
}

pub(crate) fn with_rules(rules: Rules) -> Installation {
    let installation = Installation::start_with(Sandbox::builder().rules(rules));
    installation.sandbox.add_namespace(json!({"code": "customers"})).unwrap();
    installation
}

/// Adds a user to the namespace.
pub(crate) fn customer(installation: &Installation, mut user: Value) -> String {
    user["nsCode"] = "customers".into();
    installation.user(user)
}

/// Writes rows to a file, and returns its path.
pub(crate) fn file(installation: &Installation, name: &str, rows: &[Value]) -> String {
    let path = installation.home.path().join(name);
    let lines: Vec<_> = rows.iter().map(Value::to_string).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Plans rows, and returns the plan; only reads may be sent.
#[track_caller]
pub(crate) fn plan(installation: &Installation, rows: &[Value], options: &[&str]) -> Value {
    let path = file(installation, "desired.ndjson", rows);
    installation.sandbox.clear_requests();
    installation.sandbox.clear_ledger();
    let mut arguments = vec!["plan", &path, "--namespace", "customers", "-o", "json"];
    arguments.extend(options);
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(installation.sandbox.ledger().is_empty());
    assert!(installation.sandbox.requests().iter().all(|request| request.method == "GET"));
    serde_json::from_str(&finished.stdout).unwrap()
}

/// A user of whom each field is set.
fn complete() -> Value {
    json!({
        "username": "jane", "name": {"givenName": "Jane", "familyName": "Roe"},
        "emails": [{"address": "jane@example.com", "name": "Home"}, {"address": "j@example.com"}],
        "mobiles": [{"number": "+358401234567"}],
        "addresses": [{"addressName": "Home", "country": "FI", "locality": "Turku"}],
        "consents": {"marketingEmail": true}, "locale": "fi", "timeZone": "Europe/Helsinki",
        "nickName": "J", "locked": false, "minor": false, "dateOfBirth": "1980-05-17",
        "sex": "FEMALE", "title": "Dr.", "place_of_birth": {"country": "FI", "locality": "Turku"},
        "tags": ["a", "b"], "memberOf": ["drivers"],
        "customFields": {"shoeSize": 38, "since": "2020-01-01T00:00:00Z", "deep": {"x": [1, 2]}},
    })
}

#[test]
fn a_user_who_is_as_desired_is_unchanged() {
    let installation = with_namespace();
    let id = customer(&installation, complete());
    let exported = installation.sandbox.user_document(&id).unwrap();
    for row in [
        complete(),
        exported,
        json!({"username": "JANE"}),
        json!({"username": "jane", "tags": ["B", "A", "a"], "title": "Dr.", "gender": null}),
        json!({"username": "jane", "emails": ["Jane@Example.com", "j@example.com"]}),
        json!({"username": "jane", "mobiles": [{"number": "+358 40 123 4567"}]}),
        json!({"username": "jane", "name": {"middleName": null}, "customFields": {"shoeSize": 38.0}}),
    ] {
        let plan = plan(&installation, std::slice::from_ref(&row), &[]);
        assert_eq!(plan["changes"], json!([]), "{row}");
        assert_eq!(plan["summary"]["unchanged"], 1);
    }
}

#[test]
fn each_kind_of_field_is_compared() {
    let installation = with_namespace();
    let id = customer(&installation, complete());
    let stored = installation.sandbox.user_document(&id).unwrap();
    for (row, changed) in [
        (json!({"title": "Prof."}), json!({"title": "Prof."})),
        (json!({"title": null}), json!({"title": null})),
        (json!({"locked": true}), json!({"locked": true})),
        (json!({"dateOfBirth": "1980-05-18"}), json!({"dateOfBirth": "1980-05-18"})),
        (json!({"dateOfBirth": null}), json!({"dateOfBirth": null})),
        (
            json!({"name": {"givenName": "Janet"}}),
            json!({"name": {"givenName": "Janet", "familyName": "Roe"}}),
        ),
        (
            json!({"name": {"familyName": null}}),
            json!({"name": {"givenName": "Jane", "familyName": null}}),
        ),
        (json!({"tags": ["B"]}), json!({"tags": ["b"]})),
        (json!({"tags": null}), json!({"tags": []})),
        (json!({"memberOf": []}), json!({"memberOf": []})),
        (
            json!({"memberOf": ["drivers", "Staff"]}),
            json!({"memberOf": [stored["memberOf"][0], "Staff"]}),
        ),
        (json!({"mobiles": []}), json!({"mobiles": []})),
        (json!({"addresses": [{"country": "SE"}]}), json!({"addresses": [{"country": "SE"}]})),
        (
            json!({"place_of_birth": {"region": "X"}}),
            json!({"place_of_birth": {"country": "FI", "locality": "Turku", "region": "X"}}),
        ),
        (
            json!({"customFields": {"shoeSize": null, "new": [1]}}),
            json!({"customFields": {
                "since": "2020-01-01T00:00:00Z", "deep": {"x": [1, 2]}, "new": [1],
            }}),
        ),
    ] {
        let mut desired = row.clone();
        desired["username"] = "jane".into();
        let plan = plan(&installation, &[desired], &[]);
        let field = row.as_object().unwrap().keys().next().unwrap();
        assert_eq!(
            plan["changes"],
            json!([{
                "operation": "update", "key": "jane", "id": id,
                "lastModified": stored["meta"]["lastModified"],
                "before": {field: stored[field]}, "changes": changed,
            }]),
            "{row}"
        );
    }
}

#[test]
fn users_are_found_by_each_kind_of_key() {
    let installation = with_namespace();
    let id = customer(&installation, complete());
    for (key, row) in [
        ("username", json!({"username": "jane", "title": "x"})),
        ("email", json!({"emails": ["j@example.com", "jane@example.com"], "title": "x"})),
        ("email", json!({"email": "J@example.com", "title": "x"})),
        ("customFields.shoeSize", json!({"customFields": {"shoeSize": 38}, "title": "x"})),
    ] {
        let plan = plan(&installation, &[row], &["--key", key]);
        assert_eq!(plan["changes"][0]["id"], id, "{key}");
        assert_eq!(plan["changes"][0]["changes"]["title"], "x");
    }
    let new = json!({"email": "new@example.com", "title": ""});
    let plan = plan(&installation, &[new], &["--key", "email"]);
    assert_eq!(
        plan["changes"],
        json!([{
            "operation": "create", "key": "new@example.com",
            "user": {"emails": [{"address": "new@example.com"}], "nsCode": "customers"},
        }])
    );
}

#[test]
fn users_whom_no_row_mentions_are_counted_or_pruned() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "jane"}));
    let other = customer(&installation, json!({"username": "joe"}));
    let rows = [json!({"username": "jane"})];
    let kept = plan(&installation, &rows, &[]);
    assert_eq!((&kept["summary"]["notMentioned"], &kept["changes"]), (&json!(1), &json!([])));
    let pruned = plan(&installation, &rows, &["--prune"]);
    assert_eq!(pruned["summary"]["delete"], 1);
    assert_eq!(pruned["changes"][0]["id"], other);
    assert_eq!(pruned["changes"][0]["key"], "joe");
}

#[test]
fn other_namespaces_are_left_alone() {
    let installation = with_namespace();
    installation.user(json!({"username": "jane", "title": "Dr."}));
    let plan = plan(&installation, &[json!({"username": "jane", "title": "x"})], &["--prune"]);
    assert_eq!(plan["summary"]["create"], 1);
    assert_eq!(plan["summary"]["delete"], 0);
}

#[test]
fn rows_and_users_that_cannot_be_told_apart_are_errors() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "a", "customFields": {"n": 1}}));
    customer(
        &installation,
        json!({
            "username": "b", "customFields": {"n": 1}, "emails": [{"address": "x@example.com"}, {"address": "y@example.com"}],
        }),
    );
    let by_number = file(&installation, "n.ndjson", &[json!({"customFields": {"n": 1}})]);
    let finished =
        installation.run(&["plan", &by_number, "-n", "customers", "-k", "customFields.n"]);
    assert_eq!(finished.code, 4);
    assert!(finished.stderr.contains("several users have the customFields.n of row 1"));
    let rows = [json!({"email": "x@example.com"}), json!({"email": "y@example.com"})];
    let by_email = file(&installation, "e.ndjson", &rows);
    let finished = installation.run(&["plan", &by_email, "-n", "customers", "-k", "email"]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("rows 1 and 2 are the same user"), "{}", finished.stderr);
}

#[test]
fn what_was_listed_is_a_valid_desired_state() {
    let installation = with_namespace();
    customer(&installation, complete());
    customer(&installation, json!({"username": "joe", "newerField": {"a": [null, 1]}}));
    let filter = "nsCode eq \"customers\"";
    let listed = installation.stdout(&["users", "list", "-f", filter, "-o", "ndjson"]);
    let rows: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let plan = plan(&installation, &rows, &["--prune", "--allow-unknown"]);
    assert_eq!(plan["changes"], json!([]));
    assert_eq!(plan["summary"]["unchanged"], 2);
}

#[test]
fn a_service_that_fails_is_reported_without_a_plan() {
    let installation = with_namespace();
    let path = file(&installation, "a.ndjson", &[json!({"username": "a"})]);
    for (status, code) in [(403, 5), (503, 7)] {
        let fault = installation.sandbox.inject(trivore_sandbox::Fault::status(status)).unwrap();
        let finished = installation.run(&["plan", &path, "-n", "customers"]);
        assert_eq!((finished.code, finished.stdout.as_str()), (code, ""), "{}", finished.stderr);
        installation.sandbox.remove_fault(&fault);
    }
}

#[test]
fn the_names_of_groups_are_read_once() {
    let installation = with_namespace();
    for name in ["a", "b", "c"] {
        customer(&installation, json!({"username": name, "memberOf": ["drivers", "staff"]}));
    }
    let stored = installation.stdout(&["users", "get", "customers/a", "--columns", "memberOf"]);
    let stored: Value = serde_json::from_str(&stored).unwrap();
    for (groups, requests) in [(json!(["staff", "drivers"]), 2), (stored["memberOf"].clone(), 1)] {
        let rows = ["a", "b", "c"].map(|name| json!({"username": name, "memberOf": groups}));
        let plan = plan(&installation, &rows, &[]);
        assert_eq!(plan["summary"]["unchanged"], 3);
        assert_eq!(installation.sandbox.requests().len(), requests, "{groups}");
    }
}
