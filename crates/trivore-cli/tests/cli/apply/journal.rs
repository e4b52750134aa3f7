//! Journals of other plans, and other files as journals.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use super::outcome::{apply, planned, writes};
use crate::Installation;
use crate::plan::comparison::{customer, with_namespace};

fn titles(names: &[&str], title: &str) -> Vec<Value> {
    names.iter().map(|name| json!({"username": name, "title": title})).collect()
}

/// Leaves a journal of a plan of which one user was changed since, and nothing is unknown.
fn with_stale_user() -> (Installation, String, String) {
    let installation = with_namespace();
    let a = customer(&installation, json!({"username": "a"}));
    customer(&installation, json!({"username": "b"}));
    let plan = planned(&installation, &titles(&["a", "b"], "Dr."), &[]);
    installation.stdout(&["users", "update", "customers/a", "--set", "nickName=x", "-o", "json"]);
    assert_eq!(apply(&installation, &plan, &[]).code, 8);
    assert!(Path::new(&format!("{plan}.journal")).exists());
    (installation, plan, a)
}

/// Begins to apply a plan whose first request has no response.
fn stuck() -> (Installation, String, Child) {
    let installation = with_namespace();
    let plan = planned(&installation, &titles(&["a", "b"], "Dr."), &[]);
    let no_response = Fault::no_response().on(http::Method::POST, "/api/rest/v1/user");
    installation.sandbox.inject(no_response).unwrap();
    let mut command = installation.command(&["apply", &plan, "--yes", "--concurrency", "1"]);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while installation.writes().is_empty() {
        assert!(run.try_wait().unwrap().is_none(), "it ended early");
        std::thread::yield_now();
    }
    installation.sandbox.clear_faults();
    (installation, plan, run)
}

#[test]
fn a_journal_of_another_plan_with_nothing_unknown_is_replaced() {
    let (installation, plan, a) = with_stale_user();
    let plan_again = planned(&installation, &titles(&["a", "b"], "Dr."), &[]);
    assert_eq!(plan_again, plan);
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(writes(&installation), [("update", a)]);
    assert!(!Path::new(&format!("{plan}.journal")).exists());
}

#[test]
fn a_saved_user_of_an_earlier_run_is_not_forgotten() {
    let (installation, plan, _) = with_stale_user();
    planned(&installation, &titles(&["a", "b"], "Dr."), &[]);
    let saved = format!("{plan}.journal.user");
    fs::write(&saved, "{}").unwrap();
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("plan.json.journal.user"), "{}", finished.stderr);
    assert!(finished.stderr.contains("--restart"), "{}", finished.stderr);
    assert!(writes(&installation).is_empty() && Path::new(&saved).exists());
}

#[test]
fn a_journal_of_another_plan_with_unknown_changes_needs_restart() {
    let (installation, plan, mut run) = stuck();
    run.kill().unwrap();
    run.wait().unwrap();
    let journal = fs::read(format!("{plan}.journal")).unwrap();
    planned(&installation, &titles(&["a", "b"], "Prof."), &[]);
    for (option, expected) in [
        (&[][..], "1 unknown"),
        (&["--resume"], "is not that of this plan"),
        (&["--restart", "--resume"], "cannot be used with"),
    ] {
        let finished = apply(&installation, &plan, option);
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{option:?}");
        for expected in [expected, "--restart"] {
            assert!(finished.stderr.contains(expected), "{option:?}: {}", finished.stderr);
        }
        assert!(!finished.stderr.contains("emove"), "{}", finished.stderr);
        assert!(writes(&installation).is_empty());
        assert_eq!(fs::read(format!("{plan}.journal")).unwrap(), journal);
    }
    let finished = apply(&installation, &plan, &["--restart"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(writes(&installation).len(), 2);
    assert!(!Path::new(&format!("{plan}.journal")).exists());
}

#[test]
fn a_journal_that_another_run_uses_is_not_replaced() {
    let (installation, plan, mut run) = stuck();
    let journal = fs::read(format!("{plan}.journal")).unwrap();
    planned(&installation, &titles(&["a", "b"], "Prof."), &[]);
    for option in [&[][..], &["--resume"], &["--restart"]] {
        let finished = apply(&installation, &plan, option);
        assert_eq!(finished.code, 1, "{option:?}: {}", finished.stderr);
        assert!(finished.stderr.contains("another run uses the journal"), "{}", finished.stderr);
        assert_eq!(fs::read(format!("{plan}.journal")).unwrap(), journal);
    }
    run.kill().unwrap();
    run.wait().unwrap();
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let installation = with_namespace();
    let plan = planned(&installation, &titles(&["a"], "Dr."), &[]);
    let text = installation.home.path().join("text");
    fs::write(&text, "precious").unwrap();
    let folder = installation.home.path().to_str().unwrap();
    let mut journals = vec![plan.as_str(), text.to_str().unwrap(), folder];
    if cfg!(target_os = "linux") {
        journals.extend(["/dev/null", "/dev/full"]);
    }
    let before = fs::read(&plan).unwrap();
    for journal in journals {
        for option in [&[][..], &["--resume"], &["--restart"]] {
            let options = [&["--journal", journal], option].concat();
            let finished = apply(&installation, &plan, &options);
            assert!([1, 2].contains(&finished.code), "{options:?}: {}", finished.stderr);
            assert!(finished.stderr.contains("not a journal"), "{}", finished.stderr);
            for wrong in ["emove", "--resume", "--restart"] {
                assert!(!finished.stderr.contains(wrong), "{}", finished.stderr);
            }
            assert!(writes(&installation).is_empty());
        }
    }
    assert_eq!(fs::read(&plan).unwrap(), before);
    assert_eq!(fs::read_to_string(&text).unwrap(), "precious");
}
