//! Starts the sandbox, runs the vendor's SDK, this one and other clients against it, and stops it.

use std::{fs, path::Path, process::Command};

use super::sign_in;
use crate::{process, programs::Programs, python, sandbox::Sandbox, workspace::Workspace};

/// Runs both SDKs against one sandbox, and OpenID Connect clients against others, or says which of
/// them cannot be had.
///
/// # Errors
///
/// A case fails, the SDKs disagree, or a sandbox does not exit successfully.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    if cfg!(not(unix)) {
        return Err("interop needs python3 and SIGTERM, so it runs on Unix only".to_owned());
    }
    let folder = workspace.target.join("interop");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let programs = Programs::build(&workspace.root)?;
    let sandbox = programs.path("trivore-sandbox")?;
    let vendor = match python::environment(workspace, &python::VENDOR) {
        Ok(python) => compare(workspace, &folder, &python, &programs),
        Err(error) => error.skip("interop", "what the vendor's SDK sends and reads not checked"),
    };
    let sign_in = sign_in::run(workspace, &sandbox, &folder);
    let failures: Vec<_> = [vendor, sign_in].into_iter().filter_map(Result::err).collect();
    process::no_failures(&failures)
}

/// Runs the vendor's SDK and this one against a sandbox.
fn compare(
    workspace: &Workspace,
    folder: &Path,
    python: &Path,
    programs: &Programs,
) -> Result<(), String> {
    let check = programs.path("interop-check")?;
    let properties = folder.join("client_sdk.properties");
    let state = folder.join("state.json");
    let driver = workspace.root.join("xtask/interop/driver.py");
    let sandbox = Sandbox::start(&programs.path("trivore-sandbox")?, &properties)?;
    println!("sandbox listens on {}", sandbox.address());

    let vendor = process::run(
        Command::new(python)
            // The vendor's SDK compares integers with `is`, which causes a warning each time. `-B`
            // keeps bytecode caches out of the source folder.
            .args(["-W", "ignore::SyntaxWarning", "-B"])
            .arg(driver)
            .args(["--properties".as_ref(), properties.as_os_str()])
            .args(["--state".as_ref(), state.as_os_str()]),
    );
    let ours = process::run(
        // The sandbox is on this machine and must not be reached through a proxy.
        Command::new(check).args([&properties, &state]).env("NO_PROXY", "*"),
    );
    let end = sandbox.terminate();

    let failures: Vec<_> = [vendor, ours, end].into_iter().filter_map(Result::err).collect();
    process::no_failures(&failures)
}
