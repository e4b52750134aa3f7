//! Lost responses, interrupts and the end of the process.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use trivore_sandbox::Fault;

use super::outcome::{apply, planned, writes};
use crate::Installation;
use crate::plan::comparison::{customer, with_namespace};
use crate::terminal::Terminal;

const EACH: usize = 60;

/// An installation and a plan that creates, changes and deletes many users.
fn many() -> (Installation, String) {
    let installation = with_namespace();
    for number in 0..EACH {
        customer(&installation, json!({"username": format!("changed-{number}"), "gender": "x"}));
        customer(&installation, json!({"username": format!("deleted-{number}")}));
    }
    let rows: Vec<Value> = (0..EACH)
        .flat_map(|number| {
            [
                json!({"username": format!("changed-{number}"), "gender": null, "title": "Dr."}),
                json!({"username": format!("new-{number}")}),
            ]
        })
        .collect();
    let plan = planned(&installation, &rows, &["--prune"]);
    (installation, plan)
}

const DELETES: [&str; 3] = ["--prune", "--max-deletes", "60"];

#[track_caller]
fn check(installation: &Installation) {
    let mut counts = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for (operation, id) in writes(installation) {
        *counts.entry(operation).or_insert(0) += 1;
        *ids.entry((operation, id)).or_insert(0) += 1;
    }
    assert_eq!((counts["create"], counts["delete"]), (EACH, EACH), "{counts:?}");
    let once = ids.iter().filter(|((operation, _), _)| *operation != "update");
    assert!(once.into_iter().all(|(_, count)| *count == 1));
}

#[test]
fn lost_responses_and_outages_create_nobody_twice() {
    let (installation, plan) = many();
    let path = "/api/rest/v1/user";
    for fault in [
        Fault::reset_after_applying().on(Method::POST, path).every(5),
        Fault::apply_then_status(503).on(Method::PUT, "/api/rest/v1/user/{userId}").every(7),
        Fault::reset_after_applying().on(Method::DELETE, "/api/rest/v1/user/{userId}").every(5),
        Fault::status(429).every(31),
    ] {
        installation.sandbox.inject(fault).unwrap();
    }
    let mut finished = apply(&installation, &plan, &DELETES);
    let mut all = writes(&installation);
    let mut runs = 1;
    while finished.code != 0 && runs < 5 {
        let mut options = DELETES.to_vec();
        options.push("--resume");
        finished = apply(&installation, &plan, &options);
        all.extend(writes(&installation));
        runs += 1;
    }
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let count = |wanted| all.iter().filter(|(operation, _)| *operation == wanted).count();
    assert_eq!((count("create"), count("delete")), (EACH, EACH));
}

#[test]
fn a_run_that_was_killed_goes_on_where_it_was() {
    let (installation, plan) = many();
    installation.sandbox.clear_ledger();
    for fault in [
        Fault::delay(Duration::from_millis(30)),
        Fault::reset_after_applying().on(Method::POST, "/api/rest/v1/user").every(6),
        Fault::no_response_after_applying().on(Method::POST, "/api/rest/v1/user").every(17),
        Fault::apply_then_status(503).on(Method::DELETE, "/api/rest/v1/user/{userId}").every(7),
        Fault::status(429).every(29),
    ] {
        installation.sandbox.inject(fault).unwrap();
    }
    for run in 0..5 {
        let mut arguments = vec!["apply", plan.as_str(), "--yes", "--concurrency", "4"];
        arguments.extend(DELETES);
        if run > 0 {
            arguments.push("--resume");
        }
        let mut child = installation
            .command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let before = writes(&installation).len();
        while writes(&installation).len() < before + 20 {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    installation.sandbox.clear_faults();
    let mut arguments = vec!["apply", plan.as_str(), "--yes", "--resume"];
    arguments.extend(DELETES);
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    check(&installation);
}

#[test]
fn an_interrupt_finishes_what_runs_and_the_run_can_go_on() {
    let (installation, plan) = many();
    installation.sandbox.clear_ledger();
    installation.sandbox.inject(Fault::delay(Duration::from_millis(20))).unwrap();
    let mut arguments = vec!["apply", plan.as_str(), "--yes", "--concurrency", "2"];
    arguments.extend(DELETES);
    let mut terminal = Terminal::run(&installation.command(&arguments), 24, 100);
    while writes(&installation).len() < 5 {
        std::thread::yield_now();
    }
    terminal.press("\x03");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("not begun") && !screen.contains("unknown"), "{screen}");
    installation.sandbox.clear_faults();
    arguments.push("--resume");
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    check(&installation);
}

#[test]
fn a_second_interrupt_stops_at_once_and_the_run_can_go_on() {
    let (installation, plan) = many();
    installation.sandbox.clear_ledger();
    let put = (Method::PUT, "/api/rest/v1/user/{userId}");
    installation.sandbox.inject(Fault::no_response_after_applying().on(put.0, put.1)).unwrap();
    let mut arguments = vec!["apply", plan.as_str(), "--yes", "--concurrency", "2"];
    arguments.extend(DELETES);
    let mut terminal = Terminal::run(&installation.command(&arguments), 24, 100);
    while writes(&installation).is_empty() {
        std::thread::yield_now();
    }
    terminal.press("\x03");
    terminal.wait_for("Interrupt again");
    terminal.press("\x03");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains(" unknown, "), "{screen}");
    installation.sandbox.clear_faults();
    arguments.push("--resume");
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    check(&installation);
}
