//! A folder with the packages, unpacked, outside of the workspace.

use std::{
    fs, io,
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
