//! `cargo xtask matrix`: runs every operation against every fault and prints a table.
//!
//! A test runs and checks the cells; this shows what it prints.

use crate::{
    process::{self, cargo},
    workspace::Workspace,
};

const TEST: &str = "matrix::faults::every_operation_survives_every_fault";

/// Runs the matrix and prints the table.
///
/// # Errors
///
/// A cell fails.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let test = |options: &[&str]| {
        let mut cargo = cargo();
        // The whole workspace: a single package would rebuild the dependencies with fewer features.
        cargo.args(["test", "--quiet", "--workspace", "--test", "it", "--", "--exact", TEST]);
        cargo.args(options).current_dir(&workspace.root);
        cargo
    };
    // A test that does not exist would pass.
    if !process::read(&mut test(&["--list"]))?.contains(TEST) {
        return Err(format!("there is no test {TEST}"));
    }
    process::run(&mut test(&["--nocapture"]))
}
