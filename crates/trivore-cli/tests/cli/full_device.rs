//! Standard output that cannot be written.

#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::Installation;
use crate::installation::finish;

const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["help", "users"],
    &["users", "list", "--help"],
    &["completions", "bash"],
    &["completions", "fish"],
    &["man"],
    &["users", "list"],
    &["users", "list", "-o", "table"],
    &["users", "list", "-o", "csv"],
    &["users", "list", "-o", "ndjson"],
    &["users", "list", "-o", "yaml"],
    &["users", "get", "jane"],
    &["users", "get", "jane", "-o", "table"],
    &["users", "get", "jane", "-o", "yaml"],
    &["users", "lock", "jane"],
    &["users", "update", "jane", "--set", "locale=sv"],
    &["users", "export"],
    &["api", "user"],
    &["api", "user", "--include"],
    &["api", "user", "--all"],
    &["api", "role/builtin", "-o", "json"],
    &["check"],
    &["whoami"],
    &["profiles", "list"],
    &["sandbox", "--", "--help"],
];

/// The program as on a disk that becomes full: no file has more than 4 KiB.
pub(crate) fn with_small_files(program: &Command) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -f 8 && trap '' XFSZ && exec \"$0\" \"$@\""]).env_clear();
    command.arg(program.get_program()).args(program.get_args()).stdin(Stdio::null());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command
}

fn with_jane() -> Installation {
    let installation = Installation::start();
    installation.user(json!({"username": "jane"}));
    installation
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let installation = with_jane();
    for arguments in COMMANDS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = installation.command(arguments);
        let status = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = status.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains("cannot write to standard output"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_reader_that_is_gone_is_no_failure_and_no_message() {
    let installation = with_jane();
    for arguments in COMMANDS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = installation.command(arguments);
        let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        drop(command);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
    assert_eq!(finish(&mut installation.command(&["users", "get", "nobody"])).code, 4);
}
