//! Journals.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use trivore_sandbox::Fault;

use super::files::{file, import, numbered, user};
use super::outcomes::results;
use crate::Installation;

#[test]
fn a_second_run_needs_resume_and_then_sends_only_what_is_missing() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username\njane\njoe\n");
    assert_eq!(import(&installation, &[&path, "--resume"]).code, 2);
    stop_after_two(&installation, &path);
    for more in [&[][..], &["--on-exists", "update"]] {
        let finished = import(&installation, &[&[path.as_str()], more].concat());
        // A row that may have been applied is not forgotten.
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
        assert!(finished.stderr.contains("users.csv.journal"), "{}", finished.stderr);
        assert!(finished.stderr.contains("2 done and 1 unknown"), "{}", finished.stderr);
        assert!(finished.stderr.contains("--resume"), "{}", finished.stderr);
    }
    installation.sandbox.clear_ledger();
    let to = format!("{path}.results");
    let finished = import(&installation, &[&path, "--resume", "--results", &to, "--quiet"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!(installation.sandbox.ledger().len(), 1);
    let outcomes: Vec<_> = results(&to).into_values().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, ["done", "done", "created"]);
    assert!(!Path::new(&format!("{path}.journal")).exists());
}

/// Imports three rows, of which the last one may have been applied when the import is killed.
fn stop_after_two(installation: &Installation, path: &str) {
    file(installation, "users.csv", "username\njane\njoe\njim\n");
    let stuck = Fault::no_response().on(http::Method::POST, "/user").skip(2);
    installation.sandbox.inject(stuck).unwrap();
    let arguments = ["users", "import", path, "--concurrency", "1", "--quiet"];
    let mut import = installation.command(&arguments).spawn().unwrap();
    let posted = || installation.writes().iter().filter(|write| write.ends_with("/user")).count();
    while posted() < 3 {
        std::thread::yield_now();
    }
    import.kill().unwrap();
    import.wait().unwrap();
    installation.sandbox.clear_faults();
}

#[test]
fn a_complete_import_leaves_no_journal_and_can_be_repeated() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "username,title\njane,Dr.\njoe,\n");
    let update = [path.as_str(), "--on-exists", "update"];
    for expected in ["created", "unchanged"] {
        let finished = import(&installation, &update);
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
        assert!(finished.stdout.contains(&format!("\"{expected}\": 2")), "{}", finished.stdout);
        assert!(!Path::new(&format!("{path}.journal")).exists());
    }
    // Another file of the next night, with a row that is refused.
    for night in 0..2 {
        let text = format!("username,nsCode,title\njane,,{night}\nbad{night},none,\n");
        file(&installation, "users.csv", text);
        let finished = import(&installation, &update);
        assert_eq!(finished.code, 8, "{}", finished.stderr);
        assert!(finished.stdout.contains("\"updated\": 1"), "{}", finished.stdout);
        assert!(finished.stderr.contains("--repeat-refused"), "{}", finished.stderr);
    }
    // Nothing was applied by the first of these runs.
    file(&installation, "users.csv", "username,nsCode\nnew,none\n");
    assert_eq!(import(&installation, &[&path, "--restart"]).code, 8);
    file(&installation, "users.csv", "username\nnew\n");
    assert_eq!(import(&installation, &[&path]).code, 0);
}

#[test]
fn rows_without_user_name_are_not_sent_twice_unless_asked() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "title\nDr.\nProf.\n");
    assert_eq!(import(&installation, &[&path]).code, 0);
    for more in [&[][..], &["--on-exists", "update"], &["--on-exists", "skip"]] {
        let finished = import(&installation, &[&[path.as_str()], more].concat());
        assert_eq!(finished.code, 2);
        assert!(finished.stderr.contains("would create 2 rows again"), "{}", finished.stderr);
    }
    assert_eq!(import(&installation, &[&path, "--resume"]).code, 0);
    assert_eq!(installation.sandbox.ledger().len(), 2);
    // The old journal stays if the new import cannot begin.
    let to = file(&installation, "results.csv", "precious");
    assert_eq!(import(&installation, &[&path, "--restart", "--results", &to]).code, 2);
    assert_eq!(import(&installation, &[&path]).code, 2);
    assert_eq!(import(&installation, &[&path, "--restart"]).code, 0);
    assert_eq!(installation.sandbox.ledger().len(), 4);
}

#[test]
fn a_journal_of_another_file_is_refused() {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", "");
    stop_after_two(&installation, &path);
    for text in ["username\nliisa\njoe\njim\n", "username\njane\n"] {
        file(&installation, "users.csv", text);
        let finished = import(&installation, &[&path, "--resume"]);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        assert!(finished.stderr.contains("is not that of this file"), "{}", finished.stderr);
    }
    assert_eq!(installation.sandbox.ledger().len(), 2);
    fs::write(format!("{path}.journal"), "text\n").unwrap();
    assert_ne!(import(&installation, &[&path, "--resume"]).code, 0);
    if cfg!(unix) {
        let finished = import(&installation, &[&path, "--journal", "/dev/null"]);
        assert_eq!(finished.code, 2);
        assert!(finished.stderr.contains("/dev/null is not a journal"), "{}", finished.stderr);
    }
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
    let summary: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&summary["earlier"], &summary["earlierRefused"]), (&2.into(), &1.into()));
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
    let text = "{\"username\": \"b\"}\n{\"username\": \"c\"}\n";
    let outage = Fault::status(403).on(http::Method::POST, "/user").skip(1);
    installation.sandbox.inject(outage).unwrap();
    let options = ["--journal", journal, "--concurrency", "1"];
    assert_eq!(from_stdin(text, &options).code, 8);
    installation.sandbox.clear_faults();
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
    let (to, passwords) = (format!("{path}.results"), format!("{path}.passwords"));
    let arguments = ["users", "import", &path, "--results", &to, "--passwords", &passwords];
    let mut first = installation.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
    let files = || [&to, &passwords].map(|path| fs::read_to_string(path).unwrap_or_default());
    // Five rows are done, and eight wait for their responses.
    while files().map(|text| text.lines().count()) != [6, 14] {
        std::thread::yield_now();
    }
    let before = files();
    for more in [&[][..], &["--resume"], &["--restart"]] {
        let finished = import(&installation, &[&arguments[2..], more].concat());
        assert_eq!(finished.code, 1);
        assert!(finished.stderr.contains("another import uses the journal"), "{}", finished.stderr);
        // Files of the first one stay as they are.
        assert_eq!(files(), before);
    }
    first.kill().unwrap();
    first.wait().unwrap();
}
