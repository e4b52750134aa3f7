//! `trivore users password`.

use std::fs;

use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;
use crate::terminal::Terminal;

const GOOD: &str = "Sininen-Kuu-42";

fn strict() -> (Installation, String) {
    let installation = Installation::start();
    let policy = json!({"minPwLength": 12});
    let namespace = json!({"code": "strict", "defaultGroupPolicy": policy});
    installation.sandbox.add_namespace(namespace).unwrap();
    let id = installation.user(json!({"username": "jane", "nsCode": "strict"}));
    (installation, id)
}

fn changes(installation: &Installation) -> usize {
    let ledger = installation.sandbox.ledger();
    ledger.iter().filter(|entry| entry.operation == "change-password").count()
}

#[test]
fn the_requirements_are_shown() {
    let (installation, _id) = strict();
    let shown = installation.json(&["users", "password", "requirements", "jane"]);
    assert_eq!(shown["minLength"], 12);
}

#[test]
fn a_password_is_checked_without_being_sent() {
    let (installation, _id) = strict();
    let arguments = ["users", "password", "check", "jane", "--stdin"];
    let good = installation.run_with_input(&arguments, &format!("{GOOD}\n"));
    assert_eq!(good.code, 0, "{}", good.stderr);
    let bad = installation.run_with_input(&arguments, "jane1");
    assert_eq!(bad.code, 2, "{}", bad.stderr);
    let rows: Value = serde_json::from_str(&bad.stdout).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["rule"] == "minLength").unwrap();
    assert_eq!(row["outcome"], "violated");
    assert_eq!(row["requirement"], "at least 12 characters");
    assert!(bad.stderr.contains("Required: at least 12 characters"), "{}", bad.stderr);
    assert!(installation.writes().is_empty());
    for request in installation.sandbox.requests() {
        assert!(!format!("{request:?}").contains(GOOD));
    }
}

#[test]
fn a_password_is_set_from_standard_input_or_a_file() {
    let (installation, id) = strict();
    let arguments = ["users", "password", "set", "strict/jane", "--stdin"];
    let finished = installation.run_with_input(&arguments, &format!("{GOOD}\r\n"));
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let result: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(result, json!({"id": id, "outcome": "changed"}));
    let body = installation.sandbox.requests().last().unwrap().body.clone();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({"newPassword": GOOD}));

    let file = installation.home.path().join("new");
    fs::write(&file, "Punainen-Kuu-43\n").unwrap();
    let path = file.to_str().unwrap();
    installation.json(&["users", "password", "set", "jane", "--password-from", path]);
    assert_eq!(changes(&installation), 2);
}

#[test]
fn a_password_that_violates_the_requirements_is_not_sent() {
    let (installation, _id) = strict();
    let arguments = ["users", "password", "set", "jane", "--stdin"];
    for (input, expected) in
        [("Short-1\n", "at least 12 characters"), ("\n", "empty"), ("", "empty")]
    {
        let finished = installation.run_with_input(&arguments, input);
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
        assert!(!finished.stderr.contains("Short-1"), "{}", finished.stderr);
    }
    assert!(installation.writes().is_empty());
}

#[test]
fn a_password_that_the_service_refuses_is_a_failure() {
    let (installation, _id) = strict();
    let fault = Fault::status(200)
        .header("content-type", "application/json")
        .body(&format!("{{\"success\":false,\"validationErrors\":[{{\"code\":\"HISTORY\"}},{{\"message\":\"no {GOOD}\"}}]}}"))
        .method(http::Method::PUT);
    installation.sandbox.inject(fault).unwrap();
    let arguments = ["users", "password", "set", "jane", "--stdin"];
    let finished = installation.run_with_input(&arguments, GOOD);
    assert_eq!((finished.code, finished.stdout.as_str()), (5, ""), "{}", finished.stderr);
    assert!(finished.stderr.contains("HISTORY"), "{}", finished.stderr);
    assert!(!finished.stderr.contains(GOOD), "{}", finished.stderr);
}

#[test]
fn a_generated_password_satisfies_the_requirements_and_is_kept() {
    let (installation, _id) = strict();
    let file = installation.home.path().join("jane.password");
    let path = file.to_str().unwrap();
    let arguments = ["users", "password", "set", "jane", "--generate", "--password-file", path];
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let password = fs::read_to_string(&file).unwrap();
    assert!(password.trim_end().len() >= 12);
    assert!(!(finished.stdout + &finished.stderr).contains(password.trim_end()));
    assert_eq!(changes(&installation), 1);

    // The file exists.
    installation.failure(2, &arguments);
    assert_eq!(changes(&installation), 1);
    installation.failure(2, &["users", "password", "set", "jane", "--generate"]);
    installation.failure(2, &["users", "password", "set", "jane"]);
    installation.failure(2, &["users", "password", "check", "jane"]);
}

#[test]
fn after_an_unknown_outcome_the_generated_password_is_kept() {
    let (installation, _id) = strict();
    let file = installation.home.path().join("jane.password");
    let path = file.to_str().unwrap();
    let fault = Fault::close_after_applying().method(http::Method::PUT);
    installation.sandbox.inject(fault).unwrap();
    let message = installation
        .failure(6, &["users", "password", "set", "jane", "--generate", "--password-file", path]);
    assert!(message.contains(path), "{message}");
    assert!(file.exists());
}

#[test]
fn on_a_terminal_a_password_is_typed_twice_without_echo() {
    let (installation, _id) = strict();
    for (second, code) in [("Punainen-Kuu-43", 2), (GOOD, 0)] {
        let command = installation.command(&["users", "password", "set", "jane"]);
        let mut terminal = Terminal::run(&command, 24, 80);
        terminal.wait_for("Password: ");
        terminal.wait_until_hidden();
        terminal.press(&format!("{GOOD}\r"));
        terminal.wait_for("Password again: ");
        terminal.wait_until_hidden();
        terminal.press(&format!("{second}\r"));
        let (exit_code, screen) = terminal.finish();
        assert_eq!(exit_code, code, "{screen}");
        assert!(!screen.contains("Kuu"), "{screen}");
    }
    assert_eq!(changes(&installation), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_at_the_prompt_leaves_a_terminal_that_shows_what_is_typed() {
    let (installation, _id) = strict();
    let command = installation.command(&["users", "password", "set", "jane"]);
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", "trap : INT; \"$@\"; echo \"code $?\"; stty -a; echo end", "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", "/usr/bin:/bin");
    let mut terminal = Terminal::run(&shell, 40, 120);
    terminal.wait_for("Password: ");
    terminal.wait_until_hidden();
    terminal.press("\x03");
    let screen = terminal.wait_for("end");
    assert!(screen.contains("code 130"), "{screen}");
    assert!(screen.contains(" echo ") && !screen.contains("-echo "), "{screen}");
    assert!(installation.writes().is_empty());
}
