//! Packages of npm, kept between runs.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    process,
    tools::{self, Unavailable},
    workspace::Workspace,
};

/// A folder and what is installed in it.
pub(crate) struct Modules {
    /// Folder below the target folder.
    folder: &'static str,
    /// What needs it, in a message.
    user: &'static str,
    /// Programs that must be on the PATH.
    programs: &'static [&'static str],
    /// Names and versions of packages.
    packages: &'static [(&'static str, &'static str)],
}

/// openid-client, an OpenID Connect client, and what it uses.
pub(crate) const OPENID_CLIENT: Modules = Modules {
    folder: "node",
    user: "openid-client",
    programs: &["node", "npm"],
    packages: &[
        ("openid-client", OPENID_CLIENT_VERSION),
        ("jose", "6.2.15"),
        ("oauth4webapi", "3.8.8"),
    ],
};

pub(crate) const OPENID_CLIENT_VERSION: &str = "6.9.0";

/// axe-core, which runs in a browser and audits a page's accessibility.
pub(crate) const AXE: Modules = Modules {
    folder: "browser/node",
    user: "axe-core",
    programs: &["npm"],
    packages: &[("axe-core", "4.14.1")],
};

/// Returns the folder of modules, in which the packages are below `node_modules`, and installs
/// them if they are missing.
pub(crate) fn install(workspace: &Workspace, modules: &Modules) -> Result<PathBuf, Unavailable> {
    let Modules { folder, user, programs, packages } = modules;
    let has = |program| process::succeeds(Command::new(program).arg("--version"));
    if !programs.iter().all(has) {
        let reason = format!("{user} needs {} on the PATH", programs.join(" and "));
        return Err(Unavailable::Missing(reason));
    }
    let folder = workspace.target.join(folder);
    let done = folder.join("installed");
    let packages: Vec<_> =
        packages.iter().map(|(name, version)| format!("{name}@{version}")).collect();
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
