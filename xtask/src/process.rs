//! Runs child processes and reports failures.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, Stdio},
};

/// Creates a command for the cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs a command that inherits standard output and error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| describe(command, &error.to_string()))?;
    if status.success() { Ok(()) } else { Err(describe(command, &status.to_string())) }
}

/// Runs an installer, shows what it writes to standard error, and if it fails, returns the last
/// line of that, which says why.
pub(crate) fn install(command: &mut Command) -> Result<(), String> {
    let output = command.stdout(Stdio::inherit()).stderr(Stdio::piped()).output();
    let output = output.map_err(|error| describe(command, &error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stderr);
    if !text.is_empty() {
        eprintln!("{}", text.trim_end());
    }
    if output.status.success() {
        return Ok(());
    }
    let reason = last_line(&text).map_or_else(|| output.status.to_string(), str::to_owned);
    Err(describe(command, &reason))
}

fn last_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).rfind(|line| !line.is_empty())
}

/// Runs a command and returns its standard output; standard error is inherited.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| describe(command, &error.to_string()))?;
    if !output.status.success() {
        return Err(describe(command, &output.status.to_string()));
    }
    String::from_utf8(output.stdout).map_err(|error| describe(command, &error.to_string()))
}

/// Whether a command is found and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    exit_code(command) == Some(0)
}

/// Returns the exit code of a command that is found; its output is not shown.
pub(crate) fn exit_code(command: &mut Command) -> Option<i32> {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?.code()
}

/// Succeeds if nothing failed, and else fails with the descriptions of all failures.
pub(crate) fn no_failures(failures: &[String]) -> Result<(), String> {
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

fn describe(command: &Command, problem: &str) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str())];
    words.extend(command.get_args());
    let words: Vec<_> = words.into_iter().map(OsStr::to_string_lossy).collect();
    format!("`{}`: {problem}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::describe;
    #[cfg(unix)]
    use super::install;

    #[cfg(unix)]
    #[test]
    fn a_failed_installation_is_explained_by_its_last_line() {
        let run = |script: &str| install(Command::new("sh").args(["-c", script]));

        let failed = run("echo first >&2; echo ' the network is down' >&2; echo >&2; exit 7");

        assert!(failed.unwrap_err().ends_with("`: the network is down"));
        assert!(run("exit 7").unwrap_err().ends_with("exit status: 7"));
        assert_eq!(run("echo a warning >&2"), Ok(()));
        let missing = install(&mut Command::new("/nonexistent/installer"));
        assert!(missing.unwrap_err().starts_with("`installer`: "));
    }

    #[test]
    fn a_failure_names_the_program_without_its_folder() {
        let mut command = Command::new("/usr/bin/env");
        command.args(["a", "b"]);

        assert_eq!(describe(&command, "exit status: 1"), "`env a b`: exit status: 1");
    }
}
