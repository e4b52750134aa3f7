//! `--columns`.

use serde_json::json;

use crate::Installation;

fn with_jane() -> Installation {
    let installation = Installation::start();
    installation.user(json!({
        "username": "jane", "loyaltyTier": "gold", "emails": [{"address": "jane@example.com"}],
    }));
    installation
}

#[test]
fn a_field_that_no_user_has_is_refused_in_each_format() {
    let installation = with_jane();
    for format in ["json", "ndjson", "csv", "yaml", "table"] {
        for (columns, expected) in [
            ("id,usrname", "no field `usrname`; did you mean `username`?"),
            ("emails.adress", "no field `emails.adress`; did you mean `emails.address`?"),
            ("name.givenNam", "did you mean `name.givenName`?"),
            ("shoes", "no field `shoes`"),
            ("id,,username", "empty name"),
        ] {
            for command in [&["users", "list"][..], &["users", "get", "jane"]] {
                let rest = ["--columns", columns, "--output", format];
                let message = installation.failure(2, &[command, &rest].concat());
                assert!(message.contains(expected), "{command:?} {format}: {message}");
            }
        }
    }
    let nobody = ["users", "list", "-f", "username eq \"x\"", "--columns", "usrname"];
    assert!(installation.failure(2, &nobody).contains("`username`"));
}

#[test]
fn custom_fields_and_those_of_a_newer_service_are_selected() {
    let installation = with_jane();
    let columns = "username,loyaltyTier,customFields.shoe.size,meta.x,name.middleName";
    let rows = installation.stdout(&["users", "list", "--columns", columns, "-o", "csv"]);
    let header = "username,loyaltyTier,customFields.shoe.size,meta.x,name.middleName\n";
    assert!(rows.starts_with(header) && rows.contains("jane,gold,,,\n"), "{rows}");
    let user = installation.json(&["users", "get", "jane", "--columns", "loyaltyTier"]);
    assert_eq!(user, json!({"loyaltyTier": "gold"}));
}

#[test]
fn a_wrong_column_of_a_change_is_refused_before_anything_is_sent() {
    let installation = with_jane();
    for (command, wrong, right) in [
        (&["users", "lock", "jane"][..], "outcom", "outcome"),
        (&["users", "create", "--username", "joe"], "usrname", "username"),
        (&["users", "update", "jane", "--set", "locale=fi"], "befor", "before"),
        (&["users", "delete", "jane", "--yes"], "mesage", "message"),
        (&["users", "move", "jane", "--to", "x", "--yes"], "mesage", "message"),
        (&["users", "groups", "add", "jane", "x", "--create"], "aded", "added"),
        (&["users", "roles", "add", "jane", "GROUP_ADMIN"], "aded", "added"),
        (&["users", "permissions", "set", "jane", "--none"], "curent", "current"),
        (&["users", "verify", "email", "jane"], "outcom", "outcome"),
        (&["users", "student", "set", "jane", "full-time"], "stat", "state"),
        (&["check"], "stp", "step"),
        (&["whoami"], "knd", "kind"),
    ] {
        let message = installation.failure(2, &[command, &["--columns", wrong]].concat());
        assert!(message.contains(&format!("did you mean `{right}`?")), "{command:?}: {message}");
    }
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn a_field_that_no_response_of_any_endpoint_has_is_named() {
    let installation = with_jane();
    for rest in [&["--all"][..], &[]] {
        let arguments = ["api", "user", "-o", "ndjson", "--columns", "id,usrname"];
        let finished = installation.run(&[&arguments, rest].concat());
        assert_eq!(finished.code, 0);
        assert!(finished.stdout.contains("\"usrname\":null"), "{}", finished.stdout);
        assert!(finished.stderr.contains("did you mean `username`?"), "{}", finished.stderr);
        let quiet = installation.run(&[&arguments, rest, &["--quiet"]].concat());
        assert_eq!(quiet.stderr, "");
    }
}
