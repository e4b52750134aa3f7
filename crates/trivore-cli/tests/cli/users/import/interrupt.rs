//! Ctrl-C.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use http::Method;
use trivore_sandbox::Fault;

use super::files::{file, import, numbered};
use super::outcomes::results;
use crate::Installation;
use crate::terminal::Terminal;

const USERS: usize = 300;

/// An import whose requests take their time.
fn slow() -> (Installation, String) {
    let installation = Installation::start();
    let path = file(&installation, "users.csv", numbered("username", USERS, ""));
    let delay = Fault::delay(Duration::from_millis(40)).on(Method::POST, "/user");
    installation.sandbox.inject(delay).unwrap();
    (installation, path)
}

fn wait_for_users(installation: &Installation, count: usize) {
    while installation.sandbox.ledger().len() < count {
        thread::sleep(Duration::from_millis(2));
    }
}

fn interrupt(process: u32) {
    let kill = Command::new("kill").args(["-INT", &process.to_string()]).status();
    assert!(kill.unwrap().success());
}

fn start(installation: &Installation, arguments: &[&str]) -> Child {
    let mut command = installation.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn an_interrupt_finishes_what_runs_and_the_import_is_resumed() {
    let (installation, path) = slow();
    let to = format!("{path}.results");
    let child = start(&installation, &["users", "import", &path, "--results", &to]);
    wait_for_users(&installation, 20);
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("Interrupted: ") && stderr.contains("--resume"), "{stderr}");
    assert!(!stderr.contains("unknown"), "{stderr}");
    let created = installation.sandbox.ledger().len();
    assert!((20..USERS).contains(&created), "{created}");
    let count =
        |wanted: &str| results(&to).values().filter(|(outcome, _)| outcome == wanted).count();
    assert_eq!((count("created"), count("not_begun")), (created, USERS - created));

    installation.sandbox.clear_faults();
    let finished = import(&installation, &[&path, "--results", &to, "--resume", "--quiet"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!((count("created"), installation.sandbox.ledger().len()), (USERS, USERS));
}

#[test]
fn a_second_interrupt_stops_at_once_and_nothing_is_lost() {
    let (installation, path) = slow();
    installation.sandbox.clear_faults();
    let stuck = Fault::no_response_after_applying().on(Method::POST, "/user").skip(30);
    installation.sandbox.inject(stuck).unwrap();
    let to = format!("{path}.results");
    let child = start(&installation, &["users", "import", &path, "--results", &to]);
    wait_for_users(&installation, 38);
    interrupt(child.id());
    thread::sleep(Duration::from_millis(300));
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("8 unknown"), "{stderr}");
    let count =
        |wanted: &str| results(&to).values().filter(|(outcome, _)| outcome == wanted).count();
    assert_eq!((count("created"), count("unknown"), count("not_begun")), (30, 8, USERS - 38));

    installation.sandbox.clear_faults();
    let finished = import(&installation, &[&path, "--results", &to, "--resume", "--quiet"]);
    assert_eq!((finished.code, finished.stderr.as_str()), (0, ""));
    assert_eq!((count("created"), installation.sandbox.ledger().len()), (USERS, USERS));
}

#[test]
fn a_terminal_shows_a_bar_and_ctrl_c_interrupts() {
    let (installation, path) = slow();
    let mut terminal = Terminal::run(&installation.command(&["users", "import", &path]), 24, 80);
    terminal.wait_for("of 300 rows");
    terminal.wait_for("left");
    terminal.press("\u{3}");
    terminal.wait_for("Interrupted: ");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("--resume"), "{screen}");
    // Nothing of the bar is left.
    assert!(screen.starts_with("Interrupted: ") && !screen.contains('░'), "{screen}");
}

#[test]
fn quiet_shows_no_bar_and_no_messages() {
    let (installation, path) = slow();
    installation.sandbox.clear_faults();
    let command = installation.command(&["users", "import", &path, "--quiet"]);
    let (code, screen) = Terminal::run(&command, 24, 80).finish();
    assert_eq!(code, 0);
    assert!(!screen.contains("of 300 rows"), "{screen}");
}

#[test]
fn without_a_terminal_a_line_says_how_far_it_is() {
    let (installation, path) = slow();
    let finished = import(&installation, &[&path, "--concurrency", "4"]);
    assert_eq!(finished.code, 0);
    let line = &finished.progress[0];
    assert!(line.contains(" of 300 rows, ") && line.contains(" left"), "{line}");
}
