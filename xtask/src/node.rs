//! Packages of npm, kept between runs.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    process,
    tools::{self, Unavailable},
    workspace::Workspace,
};

pub(crate) const OPENID_CLIENT: &str = "6.9.0";

/// Everything that is installed, at pinned versions.
const PACKAGES: [(&str, &str); 3] =
    [("openid-client", OPENID_CLIENT), ("jose", "6.2.15"), ("oauth4webapi", "3.8.8")];

/// Returns a folder from whose modules Node finds the packages.
pub(crate) fn folder(workspace: &Workspace) -> Result<PathBuf, Unavailable> {
    let has = |program| process::succeeds(Command::new(program).arg("--version"));
    if !has("node") || !has("npm") {
        let reason = "openid-client needs node and npm on the PATH".to_owned();
        return Err(Unavailable::Missing(reason));
    }
    let folder = workspace.target.join("node");
    let done = folder.join("installed");
    let packages = PACKAGES.map(|(name, version)| format!("{name}@{version}"));
    let wanted = packages.join(" ");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }

    println!("creating {}", folder.display());
    let failed = |error: std::io::Error| Unavailable::Failed(error.to_string());
    fs::create_dir_all(&folder).map_err(failed)?;
    // Without a manifest, npm would install into a folder above that has one.
    fs::write(folder.join("package.json"), "{\"private\": true}\n").map_err(failed)?;
    let mut install = Command::new("npm");
    install
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"])
        .args(&packages)
        .current_dir(&folder);
    let mut view = Command::new("npm");
    tools::install(&mut install, || {
        process::succeeds(view.args(["view", "jose", "version"]).current_dir(&folder))
    })?;
    fs::write(done, wanted).map_err(failed)?;
    Ok(folder)
}
