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

/// Whether a program is installed, checked by running it with `arguments`.
pub(crate) fn answers(program: impl AsRef<OsStr>, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
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

    #[test]
    fn a_failure_names_the_program_without_its_folder() {
        let mut command = Command::new("/usr/bin/env");
        command.args(["a", "b"]);

        assert_eq!(describe(&command, "exit status: 1"), "`env a b`: exit status: 1");
    }
}
