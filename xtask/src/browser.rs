//! `cargo xtask browser`: a person's tour through the sandbox's page, in a real browser.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process,
    programs::Programs,
    python,
    tools::{self, Unavailable},
    workspace::Workspace,
};

/// Runs the tour, the audit of its accessibility and the attacks, or says what cannot be had.
///
/// # Errors
///
/// A part of the tour fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let skip = |error: Unavailable| {
        error.skip("browser", "the sandbox's page was not checked in a browser")
    };
    for program in ["chromium", "chromedriver"] {
        if !process::succeeds(Command::new(program).arg("--version")) {
            return skip(Unavailable::Missing(format!("{program} is not on the PATH")));
        }
    }
    let python = match python::environment(workspace, &python::SELENIUM) {
        Ok(python) => python,
        Err(error) => return skip(error),
    };
    let folder = workspace.target.join("browser");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let axe = match axe(&folder) {
        Ok(axe) => Some(axe),
        Err(error) => {
            error.skip("browser audit", "the page's accessibility was not checked")?;
            None
        }
    };
    let program = Programs::build(&workspace.root)?.path("trivore-sandbox")?;

    let mut tour = Command::new(python);
    // The driver and the sandbox are on this machine and must not be reached through a proxy.
    tour.env("NO_PROXY", "*").env("no_proxy", "*");
    tour.arg("-B").arg(workspace.root.join("xtask/browser/tour.py"));
    tour.arg("--program").arg(program);
    tour.arg("--screenshots").arg(folder.join("screenshots"));
    if let Some(axe) = axe {
        tour.arg("--axe").arg(axe);
    }
    process::run(&mut tour)
}

/// Returns the path of axe-core, and installs it with npm if it is missing.
fn axe(folder: &Path) -> Result<PathBuf, Unavailable> {
    let script = folder.join("node_modules/axe-core/axe.min.js");
    let is_there = fs::read_to_string(folder.join("node_modules/axe-core/package.json"))
        .is_ok_and(|package| package.contains(&format!("\"version\": \"{AXE_VERSION}\"")));
    if is_there {
        return Ok(script);
    }
    if !process::succeeds(Command::new("npm").arg("--version")) {
        return Err(Unavailable::Missing("axe-core needs npm on the PATH".to_owned()));
    }
    let mut install = Command::new("npm");
    install.current_dir(folder).args([
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--prefix",
    ]);
    install.arg(folder).arg(format!("axe-core@{AXE_VERSION}"));
    let mut ping = Command::new("npm");
    ping.current_dir(folder).args(["view", "axe-core", "version"]);
    tools::install(&mut install, || process::succeeds(&mut ping))?;
    Ok(script)
}

const AXE_VERSION: &str = "4.14.1";
