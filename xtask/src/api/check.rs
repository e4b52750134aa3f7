//! Lists the public items, and compares them with the record.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::foreign;
use crate::{
    process,
    tools::{PUBLIC_API, RustupToolchain, Tools, Unavailable},
    workspace::{Package, Workspace},
};

/// Compares all crates with the record, or writes the record.
///
/// # Errors
///
/// A crate differs from the record, or a tool is unavailable.
pub(crate) fn run(workspace: &Workspace, is_recording: bool) -> Result<(), String> {
    let tools = Tools::new(workspace, true);
    let program = tools.program(&PUBLIC_API).map_err(Unavailable::reason)?;
    let nightly = tools.nightly().map_err(Unavailable::reason)?;
    if !is_recording {
        return check(workspace, &program, &nightly);
    }
    for package in workspace.libraries() {
        let path = record(workspace, package);
        let list = list(workspace, package, &program, &nightly)?;
        fs::write(&path, list).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Compares all crates with the record.
///
/// # Errors
///
/// A crate differs, or shows types of other crates that its manifest does not allow.
pub(crate) fn check(
    workspace: &Workspace,
    program: &Path,
    nightly: &RustupToolchain,
) -> Result<(), String> {
    let mut failures = Vec::new();
    for package in workspace.libraries() {
        let name = &package.name;
        let list = list(workspace, package, program, nightly)?;
        let recorded = fs::read_to_string(record(workspace, package)).unwrap_or_default();
        let differences = differences(&recorded, &list);
        for difference in &differences {
            println!("{name}: {difference}");
        }
        if !differences.is_empty() {
            failures.push(format!("{name} differs from its record"));
        }
        failures.extend(foreign::check(package, &list));
    }

    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("{}; `cargo xtask api --record` records the public API", failures.join("; ")))
}

fn record(workspace: &Workspace, package: &Package) -> PathBuf {
    workspace.root.join("tests/public-api").join(&package.name).with_extension("txt")
}

fn list(
    workspace: &Workspace,
    package: &Package,
    program: &Path,
    nightly: &RustupToolchain,
) -> Result<String, String> {
    process::read(
        Command::new(program)
            // Leaves out what is derived or implemented for every type.
            .args(["-sss", "--all-features", "--color", "never", "--package", &package.name])
            .arg("--target-dir")
            .arg(workspace.target.join("nightly"))
            .env("RUSTUP_TOOLCHAIN", nightly.name())
            .env_remove("CARGO")
            .current_dir(&workspace.root),
    )
}

/// Lines that are in one of two lists only.
fn differences(recorded: &str, found: &str) -> Vec<String> {
    let missing = |list: &str, line: &str| !list.lines().any(|other| other == line);
    let gone = recorded.lines().filter(|line| missing(found, line)).map(|line| format!("- {line}"));
    let new = found.lines().filter(|line| missing(recorded, line)).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn each_changed_item_is_shown() {
        assert_eq!(differences("a\nb\n", "b\na\n"), [""; 0]);
        assert_eq!(differences("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
    }
}
