//! Builds the sections, runs them one after the other, and checks the goals.

use std::{fs, path::Path, process::Command};

use lexopt::{Arg, ValueExt};

use super::{
    check, machine,
    ratio::{self, Ratio},
};
use crate::{process, programs::Programs, python, tools::Unavailable, workspace::Workspace};

/// Runs the selected sections and prints their results.
///
/// # Errors
///
/// An argument is unknown, a section fails, or `--check` is given and a goal is not met.
pub(crate) fn run(workspace: &Workspace, arguments: &mut lexopt::Parser) -> Result<(), String> {
    let options = Options::parse(arguments).map_err(|error| error.to_string())?;
    let folder = workspace.target.join("bench");
    let results = folder.join("results");
    fs::create_dir_all(&results).map_err(|error| format!("{}: {error}", results.display()))?;
    let programs = Programs::outside(&workspace.root.join("tests/bench"), &folder)?;
    let sections = options.sections();
    println!("# Benchmark of the SDK\n\n{}\n", machine::describe(workspace));
    let mut ratios = Vec::new();
    for section in &sections {
        let results = results.join(section).with_extension("json");
        let mut command = Command::new(programs.path(section)?);
        command.arg("--results").arg(&results);
        if options.is_quick {
            command.arg("--quick");
        }
        if WITH_PYTHON.contains(section) {
            match python::environment(workspace, &python::VENDOR) {
                Ok(python) => drop(command.arg("--python").arg(python)),
                Err(Unavailable::Failed(reason)) => return Err(reason),
                Err(Unavailable::Missing(reason)) => println!("skipping Python: {reason}"),
            }
        }
        process::run(&mut command)?;
        ratios.extend(read(&results)?);
    }

    let goals = check::check(&sections, &ratios);
    if options.is_check { goals } else { Ok(()) }
}

/// Command-line options.
#[derive(Debug, Default)]
struct Options {
    is_check: bool,
    is_quick: bool,
    /// Selected sections; empty means all.
    sections: Vec<String>,
}

impl Options {
    /// Parses the arguments after the command.
    fn parse(arguments: &mut lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("check") => options.is_check = true,
                Arg::Long("quick") => options.is_quick = true,
                Arg::Value(section) if SECTIONS.iter().any(|name| section == *name) => {
                    options.sections.push(section.string()?);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    fn sections(&self) -> Vec<&'static str> {
        let is_wanted = |name: &&str| {
            self.sections.is_empty() || self.sections.iter().any(|section| section == name)
        };
        SECTIONS.into_iter().filter(is_wanted).collect()
    }
}

fn read(results: &Path) -> Result<Vec<Ratio>, String> {
    let describe = |error: String| format!("{}: {error}", results.display());
    let json = fs::read_to_string(results).map_err(|error| describe(error.to_string()))?;
    ratio::read(&json).map_err(describe)
}

/// Sections; each is a program of `tests/bench` with this name.
const SECTIONS: [&str; 9] =
    ["wire", "http2", "cpu", "growth", "lists", "bulk", "limit", "models", "stack"];
const WITH_PYTHON: [&str; 2] = ["wire", "models"];

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, lexopt::Error> {
        Options::parse(&mut lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn sections_run_in_their_own_order() {
        let options = parse(&["growth", "--check", "wire"]).unwrap();

        assert!(options.is_check && !options.is_quick);
        assert_eq!(options.sections(), ["wire", "growth"]);
        assert_eq!(parse(&["--quick"]).unwrap().sections(), SECTIONS);
        assert!(parse(&["unknown"]).is_err());
    }
}
