//! `cargo xtask matrix`: every operation against every fault, as a table.
//!
//! The program `matrix` of the tests runs the cells and judges them; a test has it, too.

use std::process::Command;

use crate::{process, programs::Programs, workspace::Workspace};

/// Prints the table.
///
/// # Errors
///
/// A cell is wrong.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let matrix = Programs::build(&workspace.root)?.path("matrix")?;
    process::run(&mut Command::new(matrix))
}
