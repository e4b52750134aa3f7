//! Ctrl-C at questions, and after them.

use http::Method;
use serde_json::json;
use trivore_sandbox::Fault;

use crate::Installation;
use crate::apply::outcome::planned;
use crate::plan::comparison::with_namespace;
use crate::terminal::Terminal;

/// Runs a command, answers questions up to the last one, and presses Ctrl-C there.
#[track_caller]
fn interrupt(installation: &Installation, arguments: &[&str], questions: &[(&str, &str)]) {
    let mut terminal = Terminal::run(&installation.command(arguments), 40, 120);
    let Some(((last, _), answered)) = questions.split_last() else { return };
    for (question, answer) in answered {
        terminal.wait_for(question);
        if question.contains("secret") || question.contains("assword") || question.contains("code")
        {
            terminal.wait_until_hidden();
        }
        terminal.press(answer);
    }
    terminal.wait_for(last);
    if !last.contains("[y/N]") && (last.contains("ecret") || last.contains("assword")) {
        terminal.wait_until_hidden();
    }
    terminal.press("\x03");
    let (code, is_shown) = terminal.finish_shown();
    assert_eq!((code, is_shown), (130, true), "{arguments:?} at {last}");
    assert!(installation.writes().is_empty(), "{arguments:?} at {last}");
}

#[test]
fn ctrl_c_ends_every_question() {
    let installation = with_namespace();
    installation.user(json!({"username": "jane"}));
    let plan = planned(&installation, &[json!({"username": "new"})], &[]);
    let id = ("Client id:", "id\r");
    let address = ("Address:", "http://127.0.0.1:9\r");
    let secret = ("Client secret:", "");
    for (arguments, questions) in [
        (&["apply", plan.as_str()][..], &[("[y/N]", "")][..]),
        (&["users", "delete", "jane"], &[("[y/N]", "")]),
        (&["users", "move", "jane", "--to", "customers"], &[("[y/N]", "")]),
        (&["api", "DELETE", "user/1"], &[("[y/N]", "")]),
        (&["login"], &[address]),
        (&["login"], &[address, id]),
        (&["login"], &[address, id, secret]),
        (&["users", "password", "set", "jane"], &[("Password:", "")]),
        (
            &["users", "password", "set", "jane"],
            &[("Password:", "long enough 4 it\r"), ("Password again:", "")],
        ),
        (&["users", "identify", "jane"], &[("identity code:", "131052-308T\r"), ("[y/N]", "")]),
    ] {
        interrupt(&installation, arguments, questions);
    }
}

#[test]
fn ctrl_c_after_a_question_stops_at_the_second_time() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    let hang = Fault::no_response().on(Method::DELETE, "/user/{userId}");
    installation.sandbox.inject(hang).unwrap();
    let command = installation.command(&["users", "delete", "jane"]);
    let mut terminal = Terminal::run(&command, 24, 80);
    terminal.wait_for("[y/N]");
    terminal.press("y\r");
    while installation.writes().is_empty() {
        std::thread::yield_now();
    }
    terminal.press("\x03");
    terminal.wait_for("press Ctrl-C again");
    terminal.press("\x03");
    assert_eq!(terminal.finish().0, 130);
}

#[test]
fn after_a_question_for_a_secret_ctrl_c_still_finishes_what_runs() {
    let installation = with_namespace();
    let rows: Vec<_> = (0..60).map(|n| json!({"username": format!("u{n}")})).collect();
    let plan = planned(&installation, &rows, &[]);
    let config = installation.home.path().join(".config/trivore/config.toml");
    std::fs::create_dir_all(config.parent().unwrap()).unwrap();
    let profile = format!(
        "[profile.p]\naddress = \"{}\"\nclient-id = \"{}\"\n",
        installation.sandbox.url(),
        installation.sandbox.client_id()
    );
    std::fs::write(&config, profile).unwrap();
    let delay = std::time::Duration::from_millis(20);
    installation.sandbox.inject(Fault::delay(delay).on(Method::POST, "/user")).unwrap();
    let arguments = ["apply", &plan, "--yes", "--profile", "p", "--concurrency", "2"];
    let mut terminal = Terminal::run(&installation.command(&arguments), 24, 100);
    terminal.wait_for("ecret");
    terminal.wait_until_hidden();
    terminal.press(&format!("{}\r", installation.sandbox.client_secret()));
    while installation.writes().len() < 5 {
        std::thread::yield_now();
    }
    terminal.press("\x03");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("not begun") && !screen.contains("unknown"), "{screen}");
}

#[cfg(unix)]
#[test]
fn a_signal_to_terminate_leaves_a_terminal_that_shows_what_is_typed() {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    for signal in ["-TERM", "-INT"] {
        let command = installation.command(&["users", "password", "set", "jane"]);
        let terminal = Terminal::run(&command, 24, 80);
        terminal.wait_for("Password:");
        terminal.wait_until_hidden();
        let process = terminal.process().to_string();
        let kill = std::process::Command::new("kill").args([signal, &process]).status();
        assert!(kill.unwrap().success());
        assert_eq!(terminal.finish_shown(), (130, true), "{signal}");
    }
}

#[test]
fn an_answer_that_is_no_line_is_no_consent() {
    let installation = with_namespace();
    let plan = planned(&installation, &[json!({"username": "a"})], &[]);
    let mut terminal = Terminal::run(&installation.command(&["apply", &plan]), 24, 100);
    terminal.wait_for("[y/N]");
    terminal.press("\x04");
    assert_eq!(terminal.finish().0, 1);
    assert!(installation.writes().is_empty());
}
