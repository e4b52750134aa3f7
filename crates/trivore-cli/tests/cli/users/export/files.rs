//! The file of an export.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use trivore_sandbox::Fault;

use crate::Installation;

fn with_users(count: usize) -> Installation {
    let installation = Installation::start();
    for number in 0..count {
        installation.user(json!({"username": format!("user-{number}"), "title": "Dr."}));
    }
    installation
}

const USERS: [&str; 2] = ["--filter", "username sw \"user-\""];

#[test]
fn all_pages_are_written_to_a_private_file() {
    let installation = with_users(1_203);
    let path = installation.home.path().join("users.json");
    fs::write(&path, "older").unwrap();
    let name = path.to_str().unwrap();
    let finished = installation.run(&[&["users", "export", name], &USERS[..]].concat());
    assert_eq!((finished.code, finished.stdout.as_str()), (0, ""));
    assert_eq!(finished.stderr, format!("Exported 1203 users to {name}.\n"));
    let users: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(users.len(), 1_203);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(installation.home.path()).unwrap().count(), 1);
}

#[test]
fn a_reader_that_needs_no_more_is_no_failure() {
    let installation = with_users(1_000);
    for format in ["csv", "json", "ndjson"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = installation.command(&["users", "export", "--format", format]);
        let child = command.stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn standard_output_gets_any_format() {
    let installation = with_users(2);
    let export =
        |more: &[&str]| installation.stdout(&[&["users", "export"], &USERS[..], more].concat());
    assert_eq!(export(&[]).lines().count(), 2);
    let columns = ["--columns", "username,title"];
    for format in ["--format", "--output"] {
        let text = export(&[&columns[..], &[format, "csv"]].concat());
        assert_eq!(text, "username,title\nuser-0,Dr.\nuser-1,Dr.\n");
    }
    let none = ["users", "export", "--filter", "username eq \"nobody\"", "--format"];
    for (format, expected) in [("ndjson", ""), ("json", "[]\n"), ("csv", "username\n")] {
        assert_eq!(installation.stdout(&[&none[..], &[format]].concat()), expected);
    }
}

#[test]
fn a_failed_export_leaves_the_older_file() {
    let installation = with_users(1_100);
    let path = installation.home.path().join("users.csv");
    fs::write(&path, "older").unwrap();
    let fault = Fault::status(403).on(Method::GET, "/user").skip(1);
    installation.sandbox.inject(fault).unwrap();
    let finished = installation.run(&["users", "export", path.to_str().unwrap()]);
    assert_eq!(finished.code, 5, "{}", finished.stderr);
    assert_eq!(fs::read_to_string(&path).unwrap(), "older");
    assert_eq!(fs::read_dir(installation.home.path()).unwrap().count(), 1);
}

#[test]
fn a_list_that_changes_is_told_or_read_again() {
    for (more, is_clean) in [(&[][..], false), (&["--until-stable", "5"], true)] {
        let installation = with_users(1_200);
        let delay = Fault::delay(Duration::from_millis(300)).on(Method::GET, "/user").times(2);
        installation.sandbox.inject(delay).unwrap();
        let path = installation.home.path().join("users.ndjson");
        let mut command =
            installation.command(&[&["users", "export", path.to_str().unwrap()], more].concat());
        let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        while installation.sandbox.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let id = installation.user(json!({"username": "another"}));
        std::thread::sleep(Duration::from_millis(350));
        assert!(installation.sandbox.remove_user(&id));
        installation.user(json!({"username": "more"}));
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{stderr}");
        assert_eq!(
            !stderr.contains("warning: users were created or deleted"),
            is_clean,
            "{stderr}"
        );
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"user-1199\""));
    }
}

#[test]
fn an_export_needs_a_format_and_a_valid_filter() {
    let installation = Installation::start();
    let before = installation.sandbox.requests().len();
    for options in [
        &["users"][..],
        &["users.csv", "--filter", "username eq jane"],
        &["users.csv", "--columns", "usernam"],
        &["users.json", "--columns", "username"],
        &["-", "-o", "yaml"],
    ] {
        let finished = installation.run(&[&["users", "export"], options].concat());
        assert_eq!(finished.code, 2, "{}", finished.stderr);
    }
    assert_eq!(installation.sandbox.requests().len(), before);
}

#[test]
fn an_interrupted_export_leaves_the_older_file() {
    let installation = with_users(1_100);
    let path = installation.home.path().join("users.csv");
    fs::write(&path, "older").unwrap();
    let fault = Fault::no_response().on(Method::GET, "/user").skip(1);
    installation.sandbox.inject(fault).unwrap();
    let mut command = installation.command(&["users", "export", path.to_str().unwrap()]);
    let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    while installation.sandbox.requests().len() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_to_string(&path).unwrap(), "older");
    assert_eq!(fs::read_dir(installation.home.path()).unwrap().count(), 1);
}
