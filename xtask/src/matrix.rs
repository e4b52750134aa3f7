//! `cargo xtask matrix`: runs every operation against every fault and prints a table.
//!
//! The program `matrix` in `tests` runs and checks the cells. A test does the same.

use std::process::Command;

use crate::{process, programs::Programs, workspace::Workspace};

/// Runs the matrix and prints the table.
///
/// # Errors
///
/// A cell fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let matrix = Programs::build(&workspace.root)?.path("matrix")?;
    process::run(&mut Command::new(matrix))
}
