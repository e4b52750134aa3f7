//! A folder with the packages, unpacked, outside of the workspace.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

/// Unpacked packages in `packages/`, each in a folder with the crate's name.
pub(super) struct Stage {
    pub(super) folder: PathBuf,
}

impl Stage {
    /// Packages every member of the workspace; by default each is then built from its package.
    pub(super) fn package(workspace: &Workspace, options: &[&str]) -> Result<(), String> {
        forget_unpacked(workspace)?;
        // Changes that are not committed are part of what a developer wants to check.
        let arguments = ["package", "--quiet", "--workspace", "--allow-dirty"];
        process::run(cargo().args(arguments).args(options).current_dir(&workspace.root))
    }

    /// Unpacks the packages below `target/name` and takes over the versions of the lock file.
    pub(super) fn new(workspace: &Workspace, name: &str) -> Result<Self, String> {
        let folder = workspace.target.join(name);
        let packages = folder.join("packages");
        if packages.exists() {
            told(&packages, fs::remove_dir_all(&packages))?;
        }
        told(&packages, fs::create_dir_all(&packages))?;
        for package in &workspace.crates {
            let full_name = format!("{}-{}", package.name, package.version);
            let archive = workspace.target.join("package").join(format!("{full_name}.crate"));
            let mut tar = Command::new("tar");
            process::run(tar.arg("xzf").arg(archive).arg("-C").arg(&packages))?;
            let unpacked = packages.join(full_name);
            told(&unpacked, fs::rename(&unpacked, packages.join(&package.name)))?;
        }
        let lock = folder.join("Cargo.lock");
        told(&lock, fs::copy(workspace.root.join("Cargo.lock"), &lock))?;
        Ok(Self { folder })
    }

    /// Makes a command of cargo that runs in the stage and builds beside it.
    pub(super) fn cargo(&self, mut cargo: Command) -> Command {
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo
    }

    /// Copies a folder of the workspace into the stage, over what is there.
    pub(super) fn copy(&self, source: &Path) -> Result<(), String> {
        told(source, copy(source, &self.folder))
    }
}

/// Removes the packages that cargo unpacked in an earlier run.
///
/// It does so in its home, by name and version, and would build these again instead of those that
/// it has just packaged.
fn forget_unpacked(workspace: &Workspace) -> Result<(), String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let Some(sources) = home.map(|home| home.join("registry/src")) else { return Ok(()) };
    // A fresh home has no sources yet.
    let Ok(registries) = fs::read_dir(&sources) else { return Ok(()) };
    for registry in registries {
        let registry = told(&sources, registry)?;
        // Those that are folders, and not hosts, have no name.
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        for package in &workspace.crates {
            let unpacked = registry.path().join(format!("{}-{}", package.name, package.version));
            if unpacked.exists() {
                told(&unpacked, fs::remove_dir_all(&unpacked))?;
            }
        }
    }
    Ok(())
}

fn copy(source: &Path, destination: &Path) -> io::Result<()> {
    fs::create_dir_all(destination)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let copied = destination.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &copied)?;
        } else {
            fs::copy(entry.path(), copied)?;
        }
    }
    Ok(())
}

/// Names the path at which an operation of the file system failed.
pub(super) fn told<T>(path: &Path, result: io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("{}: {error}", path.display()))
}
