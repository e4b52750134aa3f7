//! Development tasks of the project; `cargo xtask help` lists them.

#[macro_use]
mod output;

mod api;
mod bench;
mod blocking;
mod browser;
mod budget;
mod ci;
mod command_line;
mod dependencies;
mod features;
mod interop;
mod matrix;
mod node;
mod package;
mod process;
mod programs;
mod python;
mod sandbox;
mod schemathesis;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use lexopt::{Arg, ValueExt};

use crate::{tools::Tools, workspace::Workspace};

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
    if command == "ci" {
        let (installs, steps) = ci(&mut arguments).map_err(|error| error.to_string())?;
        let workspace = Workspace::load()?;
        return ci::run(&workspace, &Tools::new(&workspace, installs), &steps);
    }
    let given = flag(&command, &mut arguments).map_err(|error| error.to_string())?;
    match command.as_str() {
        "api" => api::run(&Workspace::load()?, given),
        "blocking" => blocking::run(&Workspace::load()?, given),
        "browser" => browser::run(&Workspace::load()?),
        "budget" => budget::run(&Workspace::load()?, given),
        "cli" => command_line::run(&Workspace::load()?),
        "help" => {
            println!("{HELP}");
            Ok(())
        }
        "interop" => interop::run(&Workspace::load()?),
        "matrix" => matrix::run(&Workspace::load()?),
        "package" => package::run(&Workspace::load()?),
        "schemathesis" => schemathesis::run(&Workspace::load()?),
        "tidy" => tidy::run(&Workspace::load()?),
        other => Err(format!("unknown command `{other}`; `cargo xtask help` lists all commands")),
    }
}

fn command(arguments: &mut lexopt::Parser) -> Result<String, lexopt::Error> {
    match arguments.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => Ok("help".to_owned()),
        Some(Arg::Value(name)) => name.string(),
        Some(other) => Err(other.unexpected()),
    }
}

/// Reads whether tools are installed, and which steps run.
fn ci(arguments: &mut lexopt::Parser) -> Result<(bool, Vec<String>), lexopt::Error> {
    let mut installs = false;
    let mut steps = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("install") => installs = true,
            Arg::Value(name) => steps.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok((installs, steps))
}

/// Reads the one flag that a command may have, and returns whether it was given.
fn flag(command: &str, arguments: &mut lexopt::Parser) -> Result<bool, lexopt::Error> {
    let known = match command {
        "api" | "blocking" | "budget" => Some("record"),
        _ => None,
    };
    let mut is_given = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long(name) if Some(name) == known => is_given = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(is_given)
}

const HELP: &str = "\
Usage: cargo xtask COMMAND

  api      compares the public API of each crate with tests/public-api;
           --record writes down what has changed
  bench    measures the SDK beside hyper, reqwest, other SDKs and Python;
           [--check] [--quick] [SECTION..]: --check fails if a goal is missed
  blocking compares the blocking API with the async one; --record makes it from that
  browser  makes a person's tour through the sandbox's page in a real browser, audits its
           accessibility, and attacks it from other sites; leaves screenshots in the target folder
  budget   compares instructions, allocations and crates with tests/budget.json;
           --record writes down what has changed
  ci       runs all checks except the tests;
           [--install] [STEP..]: a check whose tool is missing is skipped, and --install
           installs the tools below the target folder
  cli      measures the start, the size and a long list of the optimized command line
  help     prints this list
  interop  runs the vendor's Python SDK against the sandbox, then compares with this SDK; and
           lets OpenID Connect clients in Python, JavaScript and Rust sign in at the sandbox
  matrix   runs every operation against every fault and prints a table; also a test
  package  builds all packages, and crates outside of the workspace that use them
  schemathesis
           sends requests made from the sandbox's OpenAPI document to the sandbox, under several
           sets of rules, and checks the responses
  tidy     checks the project's own rules; also a test of this package";
