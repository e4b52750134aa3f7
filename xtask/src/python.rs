//! A Python virtual environment with the vendor's SDK, kept between runs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process,
    tools::{self, Unavailable},
    workspace::Workspace,
};

const VENDOR_VERSION: &str = "2.0.10";

/// Returns the environment's interpreter and creates the environment if it is missing.
pub(crate) fn environment(workspace: &Workspace) -> Result<PathBuf, Unavailable> {
    if !process::succeeds(Command::new("python3").arg("--version")) {
        let reason = "the vendor's SDK needs python3 on the PATH";
        return Err(Unavailable::Missing(reason.to_owned()));
    }
    let environment = workspace.target.join("python");
    let python = environment.join("bin/python");
    if has_vendor_sdk(&python) {
        return Ok(python);
    }

    println!("creating {}", environment.display());
    let mut create = Command::new("python3");
    process::install(create.args(["-m", "venv", "--clear"]).arg(&environment)).map_err(
        |error| Unavailable::Missing(format!("{error}; is the package python3-venv installed?")),
    )?;
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        // The vendor's package does not declare its dependency on requests.
        .args([&format!("trivoreid=={VENDOR_VERSION}"), "requests"]);
    let mut download = Command::new(&python);
    download
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "requests", "--dest"])
        .arg(environment.join("download"));
    tools::install(&mut install, || process::succeeds(&mut download))?;
    Ok(python)
}

fn has_vendor_sdk(python: &Path) -> bool {
    const SCRIPT: &str = "import requests, importlib.metadata as m; print(m.version('trivoreid'))";
    python.exists()
        && process::read(Command::new(python).args(["-c", SCRIPT]))
            .is_ok_and(|version| version.trim() == VENDOR_VERSION)
}
