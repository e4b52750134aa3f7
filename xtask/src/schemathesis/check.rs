//! Runs Schemathesis under every set of rules.

use std::{ffi::OsString, fs, path::Path, process::Command};

use super::{
    exceptions,
    rule_set::{RULE_SETS, RuleSet},
};
use crate::{process, programs::Programs, python, sandbox::Sandbox, workspace::Workspace};

/// Largest number of requests that are made for an operation at random, in each of two modes.
const EXAMPLES: &str = "30";
/// Seconds after which a run fails.
const TIME_LIMIT: &str = "300";

/// Runs Schemathesis under every set of rules, or says that it cannot be had.
///
/// # Errors
///
/// An exception has no reason, the document is invalid, or the sandbox does not do what it says.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    if cfg!(not(unix)) {
        return Err("this needs python3 and SIGTERM, so it runs on Unix only".to_owned());
    }
    let source = workspace.root.join("xtask/schemathesis");
    let file = source.join("exceptions.json");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let problems = exceptions::problems(&text);
    if !problems.is_empty() {
        return Err(format!("{}: {}", file.display(), problems.join("; ")));
    }
    let python = match python::environment(workspace, &python::SCHEMATHESIS) {
        Ok(python) => python,
        Err(error) => {
            let unchecked = "whether the sandbox follows its OpenAPI document not checked";
            return error.skip("schemathesis", unchecked);
        }
    };
    let program = Programs::build(&workspace.root)?.path("trivore-sandbox")?;
    let folder = workspace.target.join("schemathesis");
    let mut failures = Vec::new();
    for set in &RULE_SETS {
        println!("\n== {}, as {}: {}", set.name, set.caller.as_str(), set.rules.join(" "));
        if let Err(error) = check(set, &program, &python, &source, &folder.join(set.name)) {
            failures.push(format!("{}: {error}", set.name));
        }
    }
    process::no_failures(&failures)
}

fn check(
    set: &RuleSet,
    program: &Path,
    python: &Path,
    source: &Path,
    folder: &Path,
) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let properties = folder.join("client_sdk.properties");
    let mut arguments: Vec<OsString> = vec!["--seed".into(), source.join("seed.json").into()];
    // Nothing in the sandbox depends on chance or time.
    arguments.extend(
        ["--random-seed", "1", "--fixed-code", "123456", "--clock", "2026-02-01T12:00:00Z"]
            .map(OsString::from),
    );
    arguments.extend(set.rules.iter().flat_map(|rule| ["--rule", rule]).map(OsString::from));
    let sandbox = Sandbox::start_with(program, &properties, &arguments)?;
    let result = process::run(
        Command::new(python)
            .arg("-B")
            .arg(source.join("run.py"))
            .args(["--url", sandbox.address(), "--caller", set.caller.as_str()])
            .args(["--examples", EXAMPLES, "--limit", TIME_LIMIT])
            .args(["--properties".as_ref(), properties.as_os_str()])
            .args(["--folder".as_ref(), folder.as_os_str()]),
    );
    // A sandbox that has crashed is an error as well.
    let end = sandbox.terminate();
    result.and(end)
}
