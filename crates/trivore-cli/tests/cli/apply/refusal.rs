//! What is not applied.

use serde_json::json;
use trivore_sandbox::Fault;

use super::outcome::{apply, planned, writes};
use crate::plan::comparison::{customer, with_namespace};
use crate::terminal::Terminal;

#[test]
fn users_who_were_changed_or_deleted_since_are_left_alone() {
    let installation = with_namespace();
    let [a, b, c] = ["a", "b", "c"].map(|name| customer(&installation, json!({"username": name})));
    let rows = ["a", "b", "c", "d"].map(|name| json!({"username": name, "title": "Dr."}));
    let plan = planned(&installation, &rows, &[]);
    // The first one in another field, and the fourth is there now.
    let change = planned_aside(&installation, json!({"username": "a", "nickName": "x"}));
    assert_eq!(apply(&installation, &change, &[]).code, 0);
    installation.sandbox.remove_user(&b);
    customer(&installation, json!({"username": "d", "locale": "fi"}));

    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    for expected in [
        "not applied: change a: the user was changed after the plan was made",
        "not applied: change b: the user was deleted after the plan was made",
        "not applied: create d: a user with this username exists, and has other values of title",
        "0 created, 1 changed, 0 deleted, 3 not applied, because they were changed since.",
    ] {
        assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
    }
    assert_eq!(writes(&installation), [("update", c)]);
    let user = installation.sandbox.user_document(&a).unwrap();
    assert_eq!(user.get("title"), None);

    // The journal is there until all is done.
    assert_eq!(apply(&installation, &plan, &[]).code, 2);
    let resumed = apply(&installation, &plan, &["--resume"]);
    assert_eq!(resumed.code, 8, "{}", resumed.stderr);
    assert!(writes(&installation).is_empty());
}

fn planned_aside(installation: &crate::Installation, row: serde_json::Value) -> String {
    let desired = crate::plan::comparison::file(installation, "aside.ndjson", &[row]);
    let out = installation.home.path().join("aside.json").to_str().unwrap().to_owned();
    let finished = installation.run(&["plan", &desired, "-n", "customers", "--out", &out]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    out
}

#[test]
fn a_user_who_was_changed_since_is_not_deleted() {
    let installation = with_namespace();
    customer(&installation, json!({"username": "a"}));
    let b = customer(&installation, json!({"username": "b"}));
    let plan = planned(&installation, &[json!({"username": "a"})], &["--prune"]);
    let change = planned_aside(&installation, json!({"username": "b", "nickName": "x"}));
    assert_eq!(apply(&installation, &change, &[]).code, 0);
    let finished = apply(&installation, &plan, &["--prune", "--max-deletes", "1"]);
    assert_eq!(finished.code, 8);
    assert!(finished.stderr.contains("not applied: delete b"), "{}", finished.stderr);
    assert!(installation.sandbox.user_document(&b).is_some());
}

#[test]
fn deletions_need_an_option_and_have_a_limit() {
    let installation = with_namespace();
    for name in ["a", "b", "c"] {
        customer(&installation, json!({"username": name}));
    }
    let plan = planned(&installation, &[json!({"username": "a"})], &["--prune"]);
    installation.sandbox.clear_requests();
    for (options, expected) in [
        (&[][..], "--prune --max-deletes 2"),
        (&["--prune"], "--max-deletes"),
        (&["--prune", "--max-deletes", "1"], "the plan deletes 2 users"),
        (&["--prune", "--max-deletes", "0"], "the plan deletes 2 users"),
    ] {
        let finished = apply(&installation, &plan, options);
        assert_eq!(finished.code, 2, "{options:?}");
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert!(installation.sandbox.requests().is_empty());
    let finished = apply(&installation, &plan, &["--prune", "--max-deletes", "2"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
}

#[test]
fn without_a_terminal_a_plan_needs_consent() {
    let installation = with_namespace();
    let plan = planned(&installation, &[json!({"username": "a"})], &[]);
    installation.sandbox.clear_requests();
    let finished = installation.run(&["apply", &plan]);
    assert_eq!(finished.code, 2);
    assert!(finished.stderr.contains("--yes"), "{}", finished.stderr);
    assert!(installation.sandbox.requests().is_empty());
}

#[test]
fn on_a_terminal_the_plan_is_shown_and_confirmed() {
    let installation = with_namespace();
    let rows = [json!({"username": "new", "customFields": {"personalId": "131052-308T"}})];
    let plan = planned(&installation, &rows, &[]);
    for (key, expected, code) in [("n\r", "nothing was applied", 1), ("y\r", "1 created", 0)] {
        let mut terminal = Terminal::run(&installation.command(&["apply", &plan]), 24, 100);
        let screen = terminal.wait_for("[y/N]");
        assert!(screen.contains("+ create new"), "{screen}");
        assert!(screen.contains("1 to create, 0 to change") && !screen.contains("131052"));
        terminal.press(key);
        terminal.wait_for(expected);
        assert_eq!(terminal.finish().0, code);
    }
}

#[test]
fn a_user_whom_the_service_refuses_does_not_stop_the_others() {
    let installation = with_namespace();
    let rows = [
        json!({"username": "a", "sex": "NONE"}),
        json!({"username": "b"}),
        json!({"username": "c"}),
    ];
    let plan = planned(&installation, &rows, &[]);
    let finished = apply(&installation, &plan, &[]);
    assert_eq!(finished.code, 8);
    assert!(finished.stderr.contains("not applied: create a: "), "{}", finished.stderr);
    assert!(finished.stderr.contains("2 created, 0 changed, 0 deleted, 1 refused."));
}

#[test]
fn an_outage_stops_the_run() {
    let installation = with_namespace();
    let rows: Vec<_> = (0..60).map(|n| json!({"username": format!("u{n}")})).collect();
    let plan = planned(&installation, &rows, &[]);
    installation.sandbox.inject(Fault::status(401)).unwrap();
    let finished = apply(&installation, &plan, &["--concurrency", "2"]);
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    assert!(finished.stderr.contains("not begun"), "{}", finished.stderr);
    installation.sandbox.clear_faults();
    let finished = apply(&installation, &plan, &["--resume"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(writes(&installation).len(), 60);
}

#[test]
fn failures_are_told_to_programs_and_in_spite_of_quiet() {
    let installation = with_namespace();
    let plan = planned(&installation, &[json!({"username": "a", "sex": "NONE"})], &[]);
    let finished = apply(&installation, &plan, &["--quiet", "--rate", "100"]);
    assert_eq!(finished.code, 8);
    assert!(finished.stderr.starts_with("not applied: create a: "), "{}", finished.stderr);
    let summary: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(summary["refused"], 1);
    assert_eq!(summary["failures"][0]["operation"], "create");
    assert_eq!(summary["failures"][0]["key"], "a");
    assert_eq!(apply(&installation, &plan, &["--rate", "0"]).code, 2);
}

#[test]
fn a_run_stops_after_too_many_failures() {
    let installation = with_namespace();
    let rows: Vec<_> =
        (0..30).map(|n| json!({"username": format!("u{n}"), "sex": "NONE"})).collect();
    let plan = planned(&installation, &rows, &[]);
    let finished = apply(&installation, &plan, &["--max-failures", "2", "--concurrency", "1"]);
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    assert!(finished.stderr.contains("3 refused, 27 not begun."), "{}", finished.stderr);
}
