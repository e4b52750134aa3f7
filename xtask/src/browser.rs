//! `cargo xtask browser`: a person's tour through the sandbox's page, in a real browser.

use std::process::Command;

use crate::{node, process, programs::Programs, python, tools::Unavailable, workspace::Workspace};

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
    let axe = match node::install(workspace, &node::AXE) {
        Ok(folder) => Some(folder.join("node_modules/axe-core/axe.min.js")),
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
    tour.arg("--screenshots").arg(workspace.target.join("browser/screenshots"));
    if let Some(axe) = axe {
        tour.arg("--axe").arg(axe);
    }
    process::run(&mut tour)
}
