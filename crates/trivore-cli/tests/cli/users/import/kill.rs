//! Imports that are killed and resumed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use http::Method;
use serde_json::Value;
use trivore_sandbox::Fault;

use super::files::file;
use super::outcomes::results;
use crate::Installation;

/// How many runs in a row may end with an unknown outcome.
const MOST_RUNS: usize = 5;

/// Imports users with lost responses, resets and refusals for the rate, and kills the import again
/// and again.
fn import_with_kills(users: u64) {
    let installation = Installation::start();
    let mut text = "username,title,tags\n".to_owned();
    for number in 0..users {
        writeln!(text, "user-{number},\"Dr. {number}, x\",a;b").unwrap();
    }
    let path = file(&installation, "users.csv", text);
    let (to, passwords) = (format!("{path}.results"), format!("{path}.passwords"));
    let on_create = |fault: Fault, skip| fault.on(Method::POST, "/user").skip(skip).every(97);
    for fault in [
        on_create(Fault::reset_after_applying(), 3),
        on_create(Fault::reset_before(), 29),
        on_create(Fault::apply_then_status(503), 53),
        on_create(Fault::status(429).header("Retry-After", "0"), 71),
        Fault::reset_after_reading().on(Method::POST, "/user").skip(17).every(users / 6),
    ] {
        installation.sandbox.inject(fault).unwrap();
    }
    let mut options = vec!["users", "import", &path, "--results", &to, "--passwords", &passwords];
    options.extend(["--concurrency", "32", "--quiet"]);
    for killed in 1..=5 {
        let mut command = installation.command(&options);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let wanted = usize::try_from(killed * users / 7).unwrap();
        while installation.sandbox.ledger().len() < wanted {
            assert!(child.try_wait().unwrap().is_none(), "it ended early");
            thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if killed == 1 {
            options.push("--resume");
        }
    }
    // On a busy machine, it can be unknown for too long whether a user was created; the next run
    // looks it up again.
    let mut finished = installation.run(&options);
    for _ in 1..MOST_RUNS {
        if finished.code != 8 {
            break;
        }
        finished = installation.run(&options);
    }
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));

    let filter = "username sw \"user-\"";
    let export = installation.stdout(&["users", "export", "--filter", filter]);
    let listed = export.lines().map(|line| {
        let user: Value = serde_json::from_str(line).unwrap();
        (user["username"].as_str().unwrap().to_owned(), user["id"].as_str().unwrap().to_owned())
    });
    let listed: Vec<_> = listed.collect();
    let found: BTreeSet<_> = listed.iter().map(|(name, _)| name.clone()).collect();
    let expected: BTreeSet<_> = (0..users).map(|number| format!("user-{number}")).collect();
    assert_eq!((listed.len(), found), (expected.len(), expected.clone()));
    // Each row has a result.
    let results = results(&to);
    assert_eq!(results.len(), expected.len());
    assert!(results.into_values().all(|(outcome, _)| outcome == "created"));
    // Each user has one password.
    let passwords = fs::read_to_string(&passwords).unwrap();
    let with_password: Vec<_> =
        passwords.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().to_owned()).collect();
    assert_eq!(with_password.len(), expected.len());
    assert_eq!(with_password.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn an_import_that_was_killed_five_times_creates_each_user_once() {
    // A larger number can be tried by hand.
    let users = std::env::var("TRIVORE_TEST_IMPORT_USERS").ok();
    import_with_kills(users.map_or(1_400, |users| users.parse().unwrap()));
}
