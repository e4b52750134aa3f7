//! The oldest versions of direct dependencies that the manifests allow.
//!
//! A caller's lock file may hold them, so the crates must build with them.

use std::fs;

use super::stage::{Stage, told};
use crate::{
    process::{self, cargo},
    tools::RustupToolchain,
    workspace::Workspace,
};

/// Builds all packages with the oldest versions; only a nightly cargo can select these.
///
/// # Errors
///
/// No such versions exist together, or a crate does not build with them.
pub(crate) fn check(workspace: &Workspace, nightly: &RustupToolchain) -> Result<(), String> {
    Stage::package(workspace, &["--no-verify"])?;
    let stage = Stage::new(workspace, "oldest-dependencies")?;
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"packages/*\"]\n\n\
                        [patch.crates-io]\n"
        .to_owned();
    for package in &workspace.crates {
        let name = &package.name;
        if !package.has_library {
            // A program is built with its own lock file.
            let folder = stage.folder.join("packages").join(name);
            told(&folder, fs::remove_dir_all(&folder))?;
            continue;
        }
        manifest.extend([name, " = { path = \"packages/", name, "\" }\n"]);
        let path = stage.folder.join("packages").join(name).join("Cargo.toml");
        let text = told(&path, fs::read_to_string(&path))?;
        told(&path, fs::write(&path, without_dev_dependencies(&text)))?;
    }
    let path = stage.folder.join("Cargo.toml");
    told(&path, fs::write(&path, manifest))?;
    let lock = stage.folder.join("Cargo.lock");
    told(&lock, fs::remove_file(&lock))?;

    let select = ["-Z", "direct-minimal-versions", "generate-lockfile", "--quiet"];
    process::run(stage.cargo(nightly.cargo()).args(select))?;
    process::run(stage.cargo(cargo()).args(["check", "--quiet", "--workspace", "--all-features"]))
}

/// Drops the tables of development dependencies from a manifest that cargo wrote.
fn without_dev_dependencies(manifest: &str) -> String {
    let mut keeps = true;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            keeps = !line.contains("dev-dependencies");
        }
        if keeps {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_dev_dependencies;

    #[test]
    fn development_dependencies_are_dropped_whatever_their_table() {
        let manifest = "[dependencies.a]\nversion = \"1\"\n[dev-dependencies.b]\nversion = \"1\"\n\
                        [target.'cfg(unix)'.dev-dependencies.c]\nversion = \"1\"\n[lints]\n";

        let kept = without_dev_dependencies(manifest);

        assert_eq!(kept, "[dependencies.a]\nversion = \"1\"\n[lints]\n");
    }
}
