//! Journals.

use std::fs;

use trivore_sandbox::Fault;

use super::files::{file, import, numbered, user};
use super::outcomes::results;
use crate::Installation;

#[test]
fn a_second_run_needs_resume_and_then_sends_only_what_is_missing() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\njoe\n");
    assert_eq!(import(&installation, &[&path, "--resume"]).code, 2);
    assert_eq!(import(&installation, &[&path]).code, 0);
    let finished = import(&installation, &[&path]);
    assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
    assert!(finished.stderr.contains("users.csv.journal"), "{}", finished.stderr);
    assert!(finished.stderr.contains("--resume"), "{}", finished.stderr);

    // The file may have more rows at its end.
    file(&installation, "users.csv", "username\njane\njoe\njim\n");
    installation.sandbox.clear_ledger();
    let to = format!("{path}.results");
    let finished = import(&installation, &[&path, "--resume", "--results", &to]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!(installation.sandbox.ledger().len(), 1);
    let outcomes: Vec<_> = results(&to).into_values().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, ["done", "done", "created"]);
}

#[test]
fn a_journal_of_another_file_is_refused() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\njoe\n");
    assert_eq!(import(&installation, &[&path]).code, 0);
    for text in ["username\njim\njoe\n", "username\njane\n"] {
        file(&installation, "users.csv", text);
        let finished = import(&installation, &[&path, "--resume"]);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        assert!(finished.stderr.contains("is not that of this file"), "{}", finished.stderr);
    }
    assert_eq!(installation.sandbox.ledger().len(), 2);
    fs::write(format!("{path}.journal"), "text\n").unwrap();
    assert_ne!(import(&installation, &[&path, "--resume"]).code, 0);
}

#[test]
fn another_file_is_found_before_any_row_is_sent() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\njoe\njim\n");
    let outage = Fault::status(403).on(http::Method::POST, "/user").skip(1);
    installation.sandbox.inject(outage).unwrap();
    assert_eq!(import(&installation, &[&path, "--concurrency", "1"]).code, 8);
    installation.sandbox.clear_faults();
    file(&installation, "users.csv", "username\njane\njoe\nliisa\n");
    assert_eq!(import(&installation, &[&path, "--resume"]).code, 2);
    assert_eq!(installation.sandbox.ledger().len(), 1);
    file(&installation, "users.csv", "username\njane\njoe\njim\n");
    assert_eq!(import(&installation, &[&path, "--resume"]).code, 0);
    assert_eq!(installation.sandbox.ledger().len(), 3);
}

#[test]
fn refused_rows_are_repeated_only_if_asked() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username,nsCode\njane,none\njoe,\n");
    let to = format!("{path}.results");
    assert_eq!(import(&installation, &[&path, "--results", &to]).code, 8);
    installation.sandbox.add_namespace(serde_json::json!({"code": "none"})).unwrap();
    let finished = import(&installation, &[&path, "--results", &to, "--resume"]);
    assert_eq!(finished.code, 8);
    assert!(finished.stderr.contains("1 refused by earlier runs"), "{}", finished.stderr);
    let options = [&path, "--results", &to, "--resume", "--repeat-refused"];
    let finished = import(&installation, &options);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    let outcomes: Vec<_> = results(&to).into_values().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, ["created", "created"]);
    assert_eq!(user(&installation, "none/jane")["username"], "jane");
}

#[test]
fn rows_that_an_outage_left_out_are_sent_by_the_next_run() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", 200, ""));
    let to = format!("{path}.results");
    let outage = Fault::status(403).on(http::Method::POST, "/user").skip(50);
    installation.sandbox.inject(outage).unwrap();
    let options = [&path, "--results", &to, "--max-failures", "5"];
    assert_eq!(import(&installation, &options).code, 8);
    let failed = results(&to).into_values().filter(|(outcome, _)| outcome == "failed").count();
    assert!((6..20).contains(&failed), "{failed}");
    installation.sandbox.clear_faults();
    let finished = import(&installation, &[&options[..], &["--resume", "--quiet"]].concat());
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert!(results(&to).into_values().all(|(outcome, _)| outcome == "created"));
    assert_eq!(installation.sandbox.ledger().len(), 200);
}

#[test]
fn standard_input_is_resumed_with_a_journal_that_is_named() {
    let installation = Installation::start();
    let journal = installation.home.path().join("journal");
    let journal = journal.to_str().unwrap();
    let from_stdin = |text: &str, more: &[&str]| {
        let path = file(&installation, "input", text);
        let arguments = ["users", "import", "-", "--format", "ndjson"];
        let mut command = installation.command(&[&arguments, more].concat());
        crate::installation::finish(command.stdin(fs::File::open(path).unwrap()))
    };
    assert_eq!(from_stdin("{\"username\": \"a\"}\n", &[]).code, 0);
    assert_eq!(fs::read_dir(installation.home.path()).unwrap().count(), 1);
    assert_eq!(from_stdin("", &["--resume"]).code, 2);
    assert_eq!(from_stdin("{\"username\": \"b\"}\n", &["--journal", journal]).code, 0);
    let text = "{\"username\": \"b\"}\n{\"username\": \"c\"}\n";
    assert_eq!(from_stdin(text, &["--journal", journal]).code, 2);
    assert_eq!(from_stdin(text, &["--journal", journal, "--resume"]).code, 0);
    assert_eq!(installation.sandbox.ledger().len(), 3);
}

#[test]
fn a_service_that_fails_every_row_is_not_asked_for_all_of_them() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", 500, ""));
    let outage = Fault::status(403).on(http::Method::POST, "/user").skip(30);
    installation.sandbox.inject(outage).unwrap();
    let finished = import(&installation, &[&path, "--concurrency", "4", "--quiet"]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    assert!(finished.stderr.contains("--resume"), "{}", finished.stderr);
    assert!(installation.sandbox.requests().len() < 100);

    let finished = {
        let mut command = installation.command(&["users", "import", &path, "--resume"]);
        command.env("TRIVORE_SERVICE_ADDRESS", "http://127.0.0.1:1");
        crate::installation::finish(&mut command)
    };
    assert_eq!(finished.code, 7, "{}", finished.stderr);
    installation.sandbox.clear_faults();
    let finished = import(&installation, &[&path, "--resume", "--quiet"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!(installation.sandbox.ledger().len(), 500);
}

#[test]
fn two_imports_do_not_use_the_same_journal() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", 20, ""));
    let stuck = Fault::no_response().on(http::Method::POST, "/user").skip(5);
    installation.sandbox.inject(stuck).unwrap();
    let mut first = installation.command(&["users", "import", &path, "--quiet"]).spawn().unwrap();
    while installation.sandbox.ledger().len() < 5 {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let finished = import(&installation, &[&path, "--resume"]);
    assert_eq!(finished.code, 1);
    assert!(finished.stderr.contains("another import uses the journal"), "{}", finished.stderr);
    first.kill().unwrap();
    first.wait().unwrap();
}
