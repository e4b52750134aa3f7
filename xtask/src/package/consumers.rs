//! Crates of other people, which have nothing but the packages.

use std::{fs, path::PathBuf, process::Command};

use super::stage::{Stage, told};
use crate::{
    process::{self, cargo},
    programs::Programs,
    sandbox::Sandbox,
    workspace::Workspace,
};

/// Packages and verifies all crates, then builds and runs the consumers from the packages, while
/// the sandbox's program runs, which is built from its package as well.
///
/// # Errors
///
/// A crate cannot be packaged, does not build from its package, or a consumer fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    Stage::package(workspace, &[])?;
    let stage = Stage::new(workspace, "consumers")?;
    stage.copy(&workspace.root.join("tests/consumers"))?;

    let program = |package: &str| {
        let selection = ["--package", package, "--bin", package];
        Programs::of(&mut stage.cargo(cargo()), &selection)?.path(package)
    };
    let properties = stage.folder.join("client_sdk.properties");
    let sandbox = Sandbox::start(&program("trivore-sandbox")?, &properties)?;
    let mut result = Ok(());
    for folder in folders(workspace)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let consumer = format!("consumer-{name}");
        println!("{consumer}");
        let run = |program| {
            let mut consumer = Command::new(program);
            process::run(consumer.env("TRIVORE_PROPERTIES", &properties).env("RUST_BACKTRACE", "0"))
        };
        result = result.and(program(&consumer).and_then(run));
    }
    result.and(sandbox.terminate())?;

    let tree = process::read(stage.cargo(cargo()).args(["tree", "--package", "consumer-models"]))?;
    if !tree.contains("packages/trivore-models") {
        return Err(format!("the consumers do not use the packages:\n{tree}"));
    }
    if tree.contains("tokio") || tree.contains("http v") {
        return Err(format!("the models bring more than they should:\n{tree}"));
    }
    Ok(())
}

/// Returns the folders of the consumers.
///
/// # Errors
///
/// There are none, or they cannot be read.
pub(crate) fn folders(workspace: &Workspace) -> Result<Vec<PathBuf>, String> {
    let all = workspace.root.join("tests/consumers");
    let mut folders = Vec::new();
    for entry in told(&all, fs::read_dir(&all))? {
        let folder = told(&all, entry)?.path();
        if folder.join("Cargo.toml").exists() {
            folders.push(folder);
        }
    }
    folders.sort_unstable();
    if folders.is_empty() { Err(format!("{}: no consumers", all.display())) } else { Ok(folders) }
}
