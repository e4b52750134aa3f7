//! Crates of other people, which have nothing but the packages.

use std::process::Command;

use super::stage::Stage;
use crate::{
    process::{self, cargo},
    programs::Programs,
    sandbox::Sandbox,
    workspace::Workspace,
};

/// Packages and verifies all crates, then builds and runs the consumers from the packages.
///
/// # Errors
///
/// A crate cannot be packaged, does not build from its package, or a consumer fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    Stage::package(workspace, &[])?;
    let stage = Stage::new(workspace, "consumers")?;
    stage.copy(&workspace.root.join("tests/consumers"))?;

    for consumer in ["consumer-models", "consumer-layers"] {
        println!("{consumer}");
        process::run(stage.cargo(cargo()).args(["run", "--quiet", "--package", consumer]))?;
    }
    let tree = process::read(stage.cargo(cargo()).args(["tree", "--package", "consumer-models"]))?;
    if !tree.contains("packages/trivore-models") {
        return Err(format!("the consumers do not use the packages:\n{tree}"));
    }
    if tree.contains("tokio") || tree.contains("http v") {
        return Err(format!("the models bring more than they should:\n{tree}"));
    }
    facade(&stage)
}

/// The whole SDK against the sandbox's program, both built from their packages.
fn facade(stage: &Stage) -> Result<(), String> {
    println!("consumer-facade");
    let program = |package: &str, name: &str| {
        let selection = ["--package", package, "--bin", name];
        Programs::of(&mut stage.cargo(cargo()), &selection)?.path(name)
    };
    let sandbox = program("trivore-sandbox", "trivore-sandbox")?;
    let consumer = program("consumer-facade", "consumer-facade")?;
    let properties = stage.folder.join("client_sdk.properties");

    let sandbox = Sandbox::start(&sandbox, &properties)?;
    let result = process::run(
        Command::new(consumer).env("TRIVORE_PROPERTIES", properties).env("RUST_BACKTRACE", "0"),
    );
    result.and(sandbox.terminate())
}
