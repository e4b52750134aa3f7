//! The order of events: environment, server, one SDK, the other SDK, a clean end.

use std::{fs, process::Command};

use crate::{process, programs::Programs, python, sandbox::Sandbox, workspace::Workspace};

/// Runs both SDKs against one sandbox.
///
/// # Errors
///
/// A case failed, the two SDKs disagree, or the sandbox did not end well.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    if cfg!(not(unix)) {
        return Err("interop needs python3 and SIGTERM, so it runs on Unix only".to_owned());
    }
    let folder = workspace.target.join("interop");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let python = python::environment(workspace)?;
    let programs = Programs::build(&workspace.root)?;
    let check = programs.path("interop-check")?;

    let properties = folder.join("client_sdk.properties");
    let state = folder.join("state.json");
    let driver = workspace.root.join("xtask/interop/driver.py");
    let sandbox = Sandbox::start(&programs.path("trivore-sandbox")?, &properties)?;
    println!("sandbox at {}", sandbox.address());

    let vendor = process::run(
        Command::new(python)
            // The vendor compares integers with `is`: each place warns. No caches in the sources.
            .args(["-W", "ignore::SyntaxWarning", "-B"])
            .arg(driver)
            .args(["--properties".as_ref(), properties.as_os_str()])
            .args(["--state".as_ref(), state.as_os_str()]),
    );
    let ours = process::run(
        // The sandbox is on this machine: no proxy leads there.
        Command::new(check).args([&properties, &state]).env("NO_PROXY", "*"),
    );
    let end = sandbox.terminate();

    let failures: Vec<_> = [vendor, ours, end].into_iter().filter_map(Result::err).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}
