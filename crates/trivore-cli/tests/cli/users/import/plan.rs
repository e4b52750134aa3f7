//! Dry runs.

use http::Method;
use serde_json::{Value, json};

use super::files::{file, import, numbered};
use crate::Installation;
use crate::installation::{finish, without_connection};

#[test]
fn a_dry_run_sends_nothing_and_says_that_existence_is_not_checked() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let path = file(&installation, "users.csv", "username\njane\njoe\n");
    let before = installation.sandbox.requests().len();
    let to = format!("{path}.results");
    let finished = import(&installation, &[&path, "--dry-run", "--results", &to]);
    assert_eq!((finished.code, finished.stdout.as_str()), (0, ""));
    assert_eq!(
        finished.stderr,
        "warning: a dry run writes neither --results nor --passwords\n\
         2 valid rows. Nothing was sent; whether the users exist was not checked.\n"
    );
    assert_eq!(installation.sandbox.requests().len(), before);
    assert_eq!(std::fs::read_dir(installation.home.path()).unwrap().count(), 1);
    // It needs no connection.
    let arguments = ["users", "import", &path, "--dry-run"];
    assert_eq!(finish(&mut without_connection(installation.home.path(), &arguments)).code, 0);
}

#[test]
fn a_dry_run_that_reads_says_what_would_be_done_and_only_reads() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username,title", 95, ",Dr."));
    for number in [0, 41, 94] {
        let title = if number == 41 { "Dr." } else { "Mr." };
        installation.user(json!({"username": format!("user{number}"), "title": title}));
    }
    installation.sandbox.clear_ledger();
    installation.sandbox.clear_requests();
    for (on_exists, code, expected) in [
        ("fail", 8, ["refuse", "refuse", "refuse"]),
        ("skip", 0, ["skip", "skip", "skip"]),
        ("update", 0, ["update", "unchanged", "update"]),
    ] {
        let options = [&path, "--dry-run=read", "--on-exists", on_exists];
        let finished = import(&installation, &options);
        assert_eq!(finished.code, code, "{}", finished.stderr);
        let rows: Vec<Value> = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(rows.len(), 95);
        for (row, expected) in [0, 41, 94].into_iter().zip(expected) {
            assert_eq!(rows[row]["action"], expected);
            assert!(rows[row]["id"].is_string());
        }
        assert_eq!(
            rows[1],
            json!({
                "row": 2, "key": "user1", "action": "create", "id": null, "fields": [],
            })
        );
        if on_exists == "update" {
            assert_eq!(rows[0]["fields"], json!(["title"]));
        }
    }
    assert_eq!(installation.sandbox.ledger().len(), 0);
    let requests = installation.sandbox.requests();
    assert!(requests.iter().all(|request| request.method == Method::GET));
    assert!(requests.len() < 30, "{}", requests.len());
    assert!(!std::path::Path::new(&format!("{path}.journal")).exists());
}
