//! `cargo xtask ci`: every check but the tests, the quick ones first.
//!
//! All steps run, also after one failed; the table at the end has the verdict
//! and the seconds of each. What a machine lacks is skipped with a visible note.

use std::{
    fmt,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    dependencies, features,
    process::{self, cargo},
    tidy,
    workspace::Workspace,
};

/// Runs all steps and prints the table.
///
/// # Errors
///
/// A step failed.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let rows: Vec<_> = STEPS.iter().map(|(name, step)| timed(name, || step(workspace))).collect();

    println!("\n{:<14} {:>7}  result", "step", "seconds");
    for row in &rows {
        println!("{:<14} {:>7.1}  {}", row.name, row.time.as_secs_f64(), row.outcome);
    }

    match rows.iter().filter(|row| matches!(row.outcome, Outcome::Failed(_))).count() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} steps failed", rows.len())),
    }
}

type Step = fn(&Workspace) -> Outcome;

const STEPS: &[(&str, Step)] = &[
    ("format", format),
    ("tidy", |workspace| tidy::run(workspace).into()),
    ("dependencies", |workspace| dependencies::check(workspace).into()),
    ("deny", deny),
    ("clippy", clippy),
    ("docs", docs),
    ("features", |workspace| features::check(workspace).into()),
    ("oldest rust", oldest_rust),
    ("benchmark", benchmark),
];

enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Passed)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("PASS"),
            Self::Skipped(reason) => write!(f, "SKIP {reason}"),
            Self::Failed(reason) => write!(f, "FAIL {reason}"),
        }
    }
}

struct Row {
    name: &'static str,
    time: Duration,
    outcome: Outcome,
}

#[expect(clippy::disallowed_methods, reason = "reports the seconds a person waits")]
fn timed(name: &'static str, step: impl FnOnce() -> Outcome) -> Row {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = step();
    let time = start.elapsed();
    println!("== {name}: {outcome} after {:.1} s", time.as_secs_f64());
    Row { name, time, outcome }
}

fn format(workspace: &Workspace) -> Outcome {
    process::run(cargo().args(["fmt", "--all", "--check"]).current_dir(&workspace.root)).into()
}

fn deny(workspace: &Workspace) -> Outcome {
    if !process::answers("cargo", &["deny", "--version"]) {
        return Outcome::Skipped("cargo-deny is not installed".to_owned());
    }
    // Advisories would need a clone of their database: not part of an offline check.
    let check = ["deny", "check", "bans", "licenses", "sources"];
    process::run(cargo().args(check).current_dir(&workspace.root)).into()
}

fn clippy(workspace: &Workspace) -> Outcome {
    let arguments = ["clippy", "--quiet", "--workspace", "--all-targets", "--all-features"];
    process::run(
        cargo().args(arguments).args(["--", "-D", "warnings"]).current_dir(&workspace.root),
    )
    .into()
}

fn docs(workspace: &Workspace) -> Outcome {
    process::run(
        cargo()
            .args(["doc", "--quiet", "--workspace", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(&workspace.root),
    )
    .into()
}

fn oldest_rust(workspace: &Workspace) -> Outcome {
    let Some(oldest) = workspace.crates.first().map(|package| package.rust_version.as_str()) else {
        return Outcome::Failed("no crates".to_owned());
    };
    let toolchains = process::read(Command::new("rustup").args(["toolchain", "list"]));
    let Some(toolchain) = toolchains.ok().and_then(|list| toolchain(&list, oldest)) else {
        return Outcome::Skipped(format!("no Rust {oldest} toolchain is installed"));
    };

    let mut check = Command::new("rustup");
    check.args(["run", &toolchain, "cargo", "check", "--quiet", "--all-features"]);
    for package in &workspace.crates {
        check.args(["--package", &package.name]);
    }
    // The variable names this program's own cargo, which is newer.
    process::run(check.env_remove("CARGO").current_dir(&workspace.root)).into()
}

/// The benchmark has a workspace of its own, which no other step looks into.
fn benchmark(workspace: &Workspace) -> Outcome {
    let folder = workspace.root.join("tests/bench");
    let target = workspace.target.join("bench");
    let format = process::run(cargo().args(["fmt", "--check"]).current_dir(&folder));
    let run = |arguments: &[&str]| {
        let mut command = cargo();
        command.args(arguments).env("CARGO_TARGET_DIR", &target).current_dir(&folder);
        process::run(&mut command)
    };
    let lints = ["clippy", "--quiet", "--locked", "--all-targets", "--", "-D", "warnings"];
    format.and_then(|()| run(&lints)).and_then(|()| run(&["test", "--quiet", "--locked"])).into()
}

fn toolchain(list: &str, version: &str) -> Option<String> {
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .find(|name| {
            name.strip_prefix(version)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::toolchain;

    #[test]
    fn the_oldest_toolchain_is_found_by_its_whole_version() {
        let list = "stable-x (active)\n1.8-x\n1.880.0-x\n1.88.0-x\n";

        assert_eq!(toolchain(list, "1.88").as_deref(), Some("1.88.0-x"));
        assert_eq!(toolchain(list, "1.90"), None);
    }
}
