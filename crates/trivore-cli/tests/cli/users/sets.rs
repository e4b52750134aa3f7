//! `trivore users roles`, `groups` and `permissions`.

use serde_json::json;
use trivore_sandbox::Fault;

use crate::Installation;

fn with_jane() -> (Installation, String) {
    let installation = Installation::start();
    let id = installation.user(json!({"username": "jane"}));
    (installation, id)
}

#[test]
fn roles_of_both_kinds_are_added_and_removed() {
    let (installation, id) = with_jane();
    let helpdesk = json!({"name": "Helpdesk", "permissions": ["ACCOUNT_VIEW"]});
    let custom = installation.sandbox.add_custom_role(helpdesk).unwrap();
    let change = installation.json(&["users", "roles", "add", "jane", "GROUP_AUDITOR", &custom]);
    let both = json!(["GROUP_AUDITOR", custom]);
    assert_eq!(
        change,
        json!({"user": id, "added": both, "removed": [], "already": [], "current": both})
    );
    let listed = installation.json(&["users", "roles", "list", "jane"]);
    let rows = json!([
        {"role": "GROUP_AUDITOR", "kind": "builtin"}, {"role": custom, "kind": "custom"},
    ]);
    assert_eq!(listed, rows);
    let listed = installation.json(&["users", "roles", "list", "jane", "--custom"]);
    assert_eq!(listed, json!([{"role": custom, "kind": "custom"}]));

    let change =
        installation.json(&["users", "roles", "remove", "jane", "GROUP_AUDITOR", "ROLE_AUDITOR"]);
    assert_eq!(change["removed"], json!(["GROUP_AUDITOR"]));
    assert_eq!(change["already"], json!(["ROLE_AUDITOR"]));
    let change = installation.json(&["users", "roles", "set", "jane", "ROLE_AUDITOR"]);
    assert_eq!(change["added"], json!(["ROLE_AUDITOR"]));
    assert_eq!(change["removed"], json!([custom]));
    let change = installation.json(&["users", "roles", "set", "jane", "--none", "--custom"]);
    assert_eq!((&change["added"], &change["removed"]), (&json!([]), &json!([])));
    let change = installation.json(&["users", "roles", "set", "jane", "--none"]);
    assert_eq!((&change["removed"], &change["current"]), (&json!(["ROLE_AUDITOR"]), &json!([])));
}

#[test]
fn what_is_no_role_is_not_sent() {
    let (installation, id) = with_jane();
    for role in ["helpdesk", "", "Group_Admin"] {
        let message = installation.failure(2, &["users", "roles", "add", &id, role]);
        assert!(message.contains("--custom") || message.contains("empty"), "{message}");
    }
    for verb in ["add", "remove", "set"] {
        installation.failure(2, &["users", "roles", verb, &id]);
    }
    assert!(installation.sandbox.requests().is_empty());
    let message = installation.failure(4, &["users", "roles", "add", &id, "GROUP_ADMINN"]);
    assert!(
        message.contains("no built-in role GROUP_ADMINN; did you mean GROUP_ADMIN?"),
        "{message}"
    );
    let message = installation.failure(4, &["users", "roles", "add", &id, HEX]);
    assert!(message.contains(&format!("no custom role {HEX}")), "{message}");
}

#[test]
fn a_second_kind_that_fails_says_what_was_changed_before() {
    let (installation, id) = with_jane();
    let fault = Fault::status(403).on(http::Method::PUT, &format!("/user/{id}/roles/custom"));
    installation.sandbox.inject(fault).unwrap();
    let message = installation.failure(
        5,
        &["users", "roles", "add", "jane", "GROUP_AUDITOR", "5b0cfba4e2bb230ff8b535e6"],
    );
    assert!(message.contains("Changed before it: added GROUP_AUDITOR."), "{message}");
}

#[test]
fn groups_are_named_by_identifier_or_name() {
    let (installation, id) = with_jane();
    let drivers = installation.sandbox.add_group(json!({"name": "drivers"})).unwrap();
    let change = installation.json(&[
        "users",
        "groups",
        "add",
        "jane",
        &drivers,
        "night \"shift\"/ä",
        "--create",
    ]);
    assert_eq!(change["user"], id.as_str());
    assert_eq!(change["added"].as_array().unwrap().len(), 2);
    let listed = installation.json(&["users", "groups", "list", "jane"]);
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|group| &group["name"]).collect();
    assert_eq!(names, ["drivers", "night \"shift\"/ä"]);

    let change = installation.json(&["users", "groups", "remove", "jane", "drivers", "other"]);
    assert_eq!(change["removed"], json!([drivers]));
    assert_eq!(change["already"], json!(["other"]));
    let change = installation.json(&["users", "groups", "set", "jane", "--none"]);
    assert_eq!(change["current"], json!([]));
    installation.failure(2, &["users", "groups", "add", "jane", " "]);
}

#[test]
fn groups_that_do_not_exist_are_created_only_on_demand() {
    let (installation, id) = with_jane();
    let drivers = installation.sandbox.add_group(json!({"name": "drivers"})).unwrap();
    for verb in ["add", "set"] {
        let message = installation.failure(4, &["users", "groups", verb, "jane", "drvers"]);
        assert!(message.contains("no group drvers; did you mean drivers?"), "{message}");
        assert!(message.contains("--create"), "{message}");
        let message = installation.failure(4, &["users", "groups", verb, "jane", HEX]);
        assert!(message.contains(&format!("no group {HEX}")), "{message}");
    }
    assert!(installation.writes().is_empty());
    let change = installation.json(&["users", "groups", "add", "jane", "drivers", &drivers]);
    assert_eq!(change["added"], json!([drivers]));
    // A client that may not see groups cannot know which would be created.
    let permissions = ["ACCOUNT_VIEW", "ACCOUNT_MODIFY"];
    let finished = installation.limited(&permissions, &["users", "groups", "set", &id, "drivers"]);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    assert!(finished.stderr.contains("GROUP_VIEW"), "{}", finished.stderr);
    assert!(finished.stderr.contains("--create"), "{}", finished.stderr);
}

#[test]
fn permissions_are_changed_and_listed() {
    let (installation, _id) = with_jane();
    let change =
        installation.json(&["users", "permissions", "add", "jane", "GROUP_VIEW", "ACCOUNT_VIEW"]);
    assert_eq!(change["added"].as_array().unwrap().len(), 2);
    let change = installation.json(&["users", "permissions", "remove", "jane", "GROUP_VIEW"]);
    assert_eq!(change["current"], json!(["ACCOUNT_VIEW"]));
    assert_eq!(
        installation.json(&["users", "permissions", "list", "jane"]),
        json!([{"permission": "ACCOUNT_VIEW"}])
    );
    installation.json(&["users", "roles", "add", "jane", "GROUP_AUDITOR"]);
    let effective = installation.json(&["users", "permissions", "list", "jane", "--effective"]);
    assert!(effective.as_array().unwrap().contains(&json!({"permission": "GROUP_VIEW"})));
    let change = installation.json(&["users", "permissions", "set", "jane", "--none"]);
    assert_eq!(change["removed"], json!(["ACCOUNT_VIEW"]));
    let arguments = ["users", "permissions", "add", "jane", "GROUP_VIEW", "ACOUNT_VIEW"];
    let message = installation.failure(4, &arguments);
    assert!(message.contains("no permission ACOUNT_VIEW; did you mean ACCOUNT_VIEW?"), "{message}");
}

#[test]
fn a_set_that_is_there_is_not_written_again() {
    let (installation, _id) = with_jane();
    installation.json(&["users", "permissions", "add", "jane", "GROUP_VIEW"]);
    let before = installation.writes().len();
    let change = installation.json(&["users", "permissions", "add", "jane", "GROUP_VIEW"]);
    assert_eq!(change["already"], json!(["GROUP_VIEW"]));
    assert_eq!(installation.writes().len(), before);
}

#[test]
fn a_missing_permission_is_named_in_each_command() {
    let (installation, _id) = with_jane();
    for arguments in [
        vec!["users", "roles", "add", "jane", "GROUP_AUDITOR"],
        vec!["users", "groups", "set", "jane", "drivers"],
        vec!["users", "permissions", "add", "jane", "GROUP_VIEW"],
    ] {
        let finished = installation.limited(&["ACCOUNT_VIEW"], &arguments);
        assert_eq!(finished.code, 5, "{arguments:?} {}", finished.stderr);
        assert!(finished.stderr.contains("needs the permission "), "{}", finished.stderr);
    }
}

#[test]
fn a_table_names_what_changed() {
    let (installation, id) = with_jane();
    let arguments = ["users", "permissions", "add", "jane", "GROUP_VIEW", "-o", "table"];
    let written = installation.stdout(&arguments);
    let lines: Vec<Vec<_>> =
        written.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["added", "GROUP_VIEW"]), "{written}");
    assert!(lines.contains(&vec!["user", id.as_str()]), "{written}");
}

const HEX: &str = "5b0cfba4e2bb230ff8b535e6";
