//! The project's own chores; `cargo xtask help` lists them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod bench;
mod budget;
mod ci;
mod dependencies;
mod features;
mod interop;
mod matrix;
mod process;
mod programs;
mod python;
mod tidy;
mod workspace;

use std::process::ExitCode;

use lexopt::{Arg, ValueExt};

use crate::workspace::Workspace;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = lexopt::Parser::from_env();
    let command = command(&mut arguments).map_err(|error| error.to_string())?;
    if command == "bench" {
        return bench::run(&Workspace::load()?, &mut arguments);
    }
    let records = records(&command, &mut arguments).map_err(|error| error.to_string())?;
    match command.as_str() {
        "budget" => budget::run(&Workspace::load()?, records),
        "ci" => ci::run(&Workspace::load()?),
        "help" => {
            println!("{HELP}");
            Ok(())
        }
        "interop" => interop::run(&Workspace::load()?),
        "matrix" => matrix::run(&Workspace::load()?),
        "tidy" => tidy::run(&Workspace::load()?),
        other => Err(format!("no command `{other}`; `cargo xtask help` lists them")),
    }
}

fn command(arguments: &mut lexopt::Parser) -> Result<String, lexopt::Error> {
    match arguments.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => Ok("help".to_owned()),
        Some(Arg::Value(name)) => name.string(),
        Some(other) => Err(other.unexpected()),
    }
}

/// Tells whether the budget is to be recorded, the only thing that may follow most commands.
fn records(command: &str, arguments: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
    match arguments.next()? {
        None => return Ok(false),
        Some(Arg::Long("record")) if command == "budget" => {}
        Some(extra) => return Err(extra.unexpected()),
    }
    match arguments.next()? {
        None => Ok(true),
        Some(extra) => Err(extra.unexpected()),
    }
}

const HELP: &str = "\
Usage: cargo xtask COMMAND

  bench    what the SDK costs, beside hyper, reqwest and Python;
           [--check] [--quick] [SECTION..]: --check fails when a goal is missed
  budget   counts instructions, allocations and crates against tests/budget.json;
           with --record writes down what has changed
  ci       every check but the tests: format, tidy, dependencies, lints, docs, features
  help     this list
  interop  drives the sandbox with the vendor's Python SDK, then compares with ours
  matrix   every operation against every fault, as a table; also a test
  tidy     the project's own rules, also a test of this package";
