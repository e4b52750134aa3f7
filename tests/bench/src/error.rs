//! Errors and complaints of a program.

#![expect(clippy::print_stderr, reason = "a command line tool")]

use std::process::ExitCode;

/// Any error that stops a section.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a section's step.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Ends a program that succeeds if it has neither an error nor complaints, which it prints.
pub fn conclude(outcome: Result<Vec<String>>) -> ExitCode {
    let complaints = outcome.unwrap_or_else(|error| vec![error.to_string()]);
    for complaint in &complaints {
        eprintln!("error: {complaint}");
    }
    if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
