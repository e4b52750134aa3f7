//! `trivore users history`.

use serde_json::json;

use crate::Installation;

const CODE: &str = "131052-308T";

fn identified(times: usize) -> Installation {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    let entries = (0..times)
        .map(|at| json!({"personalId": CODE, "method": "SUOMI_FI", "remarks": format!("r{at}")}));
    installation.sandbox.set_strong_identifications(&id, entries).unwrap();
    installation
}

#[test]
fn all_pages_are_listed() {
    let installation = identified(501);
    let entries = installation.json(&["users", "history", "jane"]);
    assert_eq!(entries.as_array().unwrap().len(), 501);
    assert_eq!(entries[0]["personalId"], CODE);
    let entries = installation.json(&["users", "history", "jane", "--limit", "3"]);
    assert_eq!(entries.as_array().unwrap().len(), 3);
    let entries = installation.json(&["users", "history", "jane", "--limit", "0"]);
    assert_eq!(entries, json!([]));
}

#[test]
fn a_personal_code_is_masked_in_a_table() {
    let installation = identified(1);
    let masked = installation.stdout(&["users", "history", "jane", "-o", "table"]);
    assert!(masked.contains("********") && !masked.contains(CODE), "{masked}");
    let shown = installation.stdout(&["users", "history", "jane", "-o", "table", "--show-secrets"]);
    assert!(shown.contains(CODE), "{shown}");
    // Also within a field of the user.
    let masked = installation.stdout(&[
        "users",
        "list",
        "-o",
        "table",
        "--columns",
        "username,strongIdentification",
    ]);
    assert!(masked.contains("********") && !masked.contains(CODE), "{masked}");
}

#[test]
fn a_user_without_identifications_has_an_empty_list() {
    let installation = identified(0);
    assert_eq!(installation.json(&["users", "history", "jane"]), json!([]));
}
