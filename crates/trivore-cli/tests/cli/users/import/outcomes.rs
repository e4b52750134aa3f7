//! What becomes of rows, and the file with results.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use super::files::{file, import, numbered, user};
use crate::Installation;

/// The results by row: the number, the outcome and the message.
pub(super) fn results(path: &str) -> BTreeMap<u64, (String, String)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["row", "key", "outcome", "id", "message"]);
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let outcome = record[2].to_owned();
        assert_eq!(record[3].is_empty(), !HAVE_ID.contains(&&*outcome), "{record:?}");
        (record[0].parse().unwrap(), (outcome, record[4].to_owned()))
    });
    let rows: Vec<_> = rows.collect();
    let count = rows.len();
    assert!(rows.is_sorted_by_key(|(row, _): &(u64, _)| *row));
    let rows: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(rows.len(), count, "a row has two results");
    rows
}

const HAVE_ID: [&str; 4] = ["created", "updated", "unchanged", "skipped"];

fn outcomes(path: &str) -> Vec<String> {
    results(path).into_values().map(|(outcome, _)| outcome).collect()
}

fn with_jane() -> Installation {
    let installation = Installation::start();
    installation.user(json!({
        "username": "jane", "title": "Dr.", "nickName": "J", "tags": ["vip"],
        "name": {"givenName": "Jane", "familyName": "Roe"},
        "emails": [{"address": "a@b.fi", "verified": true}],
    }));
    installation.sandbox.advance_clock(Duration::from_secs(60));
    installation
}

const ROWS: &str = "username,name.familyName,tags,emails\njane,Doe,VIP,a@b.fi\njoe,Roe,,\n";

#[test]
fn a_user_who_exists_is_refused_skipped_or_updated() {
    for (on_exists, code, expected, family_name) in [
        ("fail", 8, ["refused", "created"], "Roe"),
        ("skip", 0, ["skipped", "created"], "Roe"),
        ("update", 0, ["updated", "created"], "Doe"),
    ] {
        let installation = with_jane();
        let path = file(&installation, "users.csv", ROWS);
        let to = installation.home.path().join("results.csv");
        let to = to.to_str().unwrap();
        let finished = import(&installation, &[&path, "--on-exists", on_exists, "--results", to]);
        assert_eq!(finished.code, code, "{}", finished.stderr);
        assert_eq!(outcomes(to), expected);
        let jane = user(&installation, "jane");
        assert_eq!(jane["name"], json!({"givenName": "Jane", "familyName": family_name}));
        assert_eq!((&jane["title"], &jane["emails"][0]["verified"]), (&json!("Dr."), &json!(true)));
        let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(summary[expected[0]], 1);
        if on_exists == "fail" {
            assert!(finished.stderr.contains("row 1, jane: "), "{}", finished.stderr);
            assert!(finished.stderr.contains("of 2 rows: 1 refused"), "{}", finished.stderr);
            assert!(finished.stderr.contains("results.csv"), "{}", finished.stderr);
        }
    }
}

#[test]
fn an_update_that_changes_nothing_is_not_sent() {
    let installation = with_jane();
    let text = "{\"username\": \"jane\", \"tags\": [\"VIP\"], \"emails\": [\"a@b.fi\"], \"nickName\": null}";
    let path = file(&installation, "users.ndjson", text);
    let options = [&path, "--on-exists", "update", "--journal"];
    let finished = import(&installation, &[&options[..], &[&format!("{path}.1")]].concat());
    assert!(finished.stdout.contains("\"updated\": 1"), "{}", finished.stdout);
    assert!(user(&installation, "jane").get("nickName").is_none());
    installation.sandbox.clear_ledger();
    let finished = import(&installation, &[&options[..], &[&format!("{path}.2")]].concat());
    assert!(finished.stdout.contains("\"unchanged\": 1"), "{}", finished.stdout);
    assert_eq!(installation.sandbox.ledger().len(), 0);
}

#[test]
fn a_run_stops_after_too_many_failures() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username,nsCode", 50, ",none"));
    let to = format!("{path}.results");
    let options = [&path, "--max-failures", "3", "--concurrency", "1", "--results", &to];
    let finished = import(&installation, &options);
    assert_eq!(finished.code, 8);
    assert!(finished.stderr.contains("too many failures"), "{}", finished.stderr);
    let outcomes = outcomes(&to);
    let count = |wanted: &str| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((outcomes.len(), count("refused") + count("not_begun")), (50, 50));
    assert!((4..10).contains(&count("refused")), "{}", count("refused"));
}

#[test]
fn wrong_credentials_end_the_import_at_once() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", 500, ""));
    let mut command = installation.command(&["users", "import", &path]);
    command.env("TRIVORE_MGMTAPI_SECRET", "wrong");
    let finished = crate::installation::finish(&mut command);
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    assert!(installation.sandbox.requests().len() < 50);
    // With the right ones, it goes on.
    let finished = import(&installation, &[&path, "--resume", "--quiet"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!(installation.sandbox.ledger().len(), 500);
}

#[test]
fn a_rate_is_kept() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", 20, ""));
    let start = tokio::time::Instant::now();
    assert_eq!(import(&installation, &[&path, "--rate", "40"]).code, 0);
    assert!(start.elapsed() >= Duration::from_millis(450), "{:?}", start.elapsed());
    assert_eq!(import(&installation, &[&path, "--rate", "0"]).code, 2);
}

#[test]
fn results_of_another_import_are_not_overwritten() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\n");
    let to = file(&installation, "results.csv", "precious");
    let finished = import(&installation, &[&path, "--results", &to]);
    assert_eq!(finished.code, 2);
    assert_eq!(fs::read_to_string(&to).unwrap(), "precious");
    assert_eq!(installation.sandbox.ledger().len(), 0);
    for option in ["--results", "--passwords", "--journal"] {
        let finished = import(&installation, &[&path, option, &path]);
        assert_eq!(finished.code, 2);
        assert!(finished.stderr.contains("two different things"), "{}", finished.stderr);
    }
    fs::remove_file(&to).unwrap();
    // Nothing was begun, so there is no journal yet.
    assert_eq!(import(&installation, &[&path, "--results", &to]).code, 0);
}

#[test]
fn rows_that_failed_count_also_if_nobody_reads_the_summary() {
    let installation = Installation::start();
    for (text, is_closed, code) in [
        ("username,nsCode\njane,none\n", true, 8),
        ("username\njane\n", true, 0),
        ("username,nsCode\njoe,none\n", false, 8),
        ("username\njoe\n", false, 1),
    ] {
        let path = file(&installation, "users.csv", text);
        let mut command = installation.command(&["users", "import", &path, "--restart"]);
        if is_closed {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            command.stdout(writer);
        } else {
            command.stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
        }
        let output = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{text}: {stderr}");
        assert_eq!(stderr.contains("1 refused"), code == 8, "{stderr}");
    }
}
