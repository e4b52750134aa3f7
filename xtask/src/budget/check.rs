//! Measures the figures, compares them with the record, and updates it on request.

use std::{fs, io::ErrorKind, path::Path};

use super::{
    build,
    figure::{Figure, Kind},
    program,
    record::Record,
    toolchain::Toolchain,
    tree,
};
use crate::{programs::Programs, workspace::Workspace};

/// Prints every figure next to the recorded one; with `records`, updates the record.
///
/// # Errors
///
/// A figure is outside of its band, or a figure to record cannot be measured.
pub(crate) fn run(workspace: &Workspace, records: bool) -> Result<(), String> {
    let path = workspace.root.join(RECORD);
    let present = Toolchain::present()?;
    let mut record = read(&path, records.then_some(&present))?;
    let (skipped, kinds): (Vec<_>, Vec<_>) = Kind::ALL
        .into_iter()
        .map(|kind| (kind, obstacle(kind, &record, &present, records)))
        .partition(|(_, obstacle)| obstacle.is_some());
    let kinds: Vec<_> = kinds.into_iter().map(|(kind, _)| kind).collect();

    let rows = record.compare(&kinds, &measure(workspace, &kinds)?, &present);
    println!("{:<51} {:>11} {:>11}", "", "recorded", "measured");
    for row in &rows {
        println!("{row}");
    }
    for (kind, obstacle) in &skipped {
        println!("{:<18} SKIP {}", kind.key(), obstacle.as_deref().unwrap_or_default());
    }
    if record.toolchain != present {
        println!(
            "note: recorded with rustc {} on {}, measured with {} on {}",
            record.toolchain.rustc, record.toolchain.target, present.rustc, present.target
        );
    }

    if records {
        if let Some((_, Some(obstacle))) = skipped.first() {
            return Err(format!("cannot record: {obstacle}"));
        }
        record.update(&rows, present);
        return fs::write(&path, record.to_string()).map_err(|error| format!("{RECORD}: {error}"));
    }
    match rows.iter().filter(|row| !row.is_within()).count() {
        0 => Ok(()),
        count => Err(format!(
            "{count} figures differ from {RECORD}; if that is intended, run \
             `cargo xtask budget --record` and commit the file"
        )),
    }
}

/// Reads the record; if the file is missing and `maker` is given, starts a new one.
fn read(path: &Path, maker: Option<&Toolchain>) -> Result<Record, String> {
    match (fs::read_to_string(path), maker) {
        (Ok(text), _) => Record::read(&text).map_err(|error| format!("{RECORD}: {error}")),
        (Err(error), Some(maker)) if error.kind() == ErrorKind::NotFound => {
            Ok(Record::new(maker.clone()))
        }
        (Err(error), _) => Err(format!("{RECORD}: {error}")),
    }
}

/// Returns why this kind cannot be measured or compared here, if so.
fn obstacle(kind: Kind, record: &Record, present: &Toolchain, records: bool) -> Option<String> {
    if !records && !kind.is_portable() && record.toolchain.target != present.target {
        return Some(format!("recorded on another platform: {}", record.toolchain.target));
    }
    match kind {
        Kind::Instructions if !program::has_callgrind() => {
            Some("valgrind is not installed".to_owned())
        }
        Kind::BuildSeconds if !build::is_told() => {
            Some("this system does not report the CPU time of child processes".to_owned())
        }
        Kind::AllocatedBytes
        | Kind::Allocations
        | Kind::BuildSeconds
        | Kind::Crates
        | Kind::Instructions => None,
    }
}

fn measure(workspace: &Workspace, kinds: &[Kind]) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for package in PACKAGES {
        figures.push(tree::crates(workspace, package)?);
    }

    let cost = Programs::optimized(&workspace.root, "trivore-cost")?.path("cost")?;
    figures.extend(program::allocations(&cost)?);
    if kinds.contains(&Kind::Instructions) {
        figures.extend(program::instructions(&cost, &workspace.target)?);
    }
    if kinds.contains(&Kind::BuildSeconds) {
        for package in PACKAGES {
            figures.push(build::cold(workspace, package)?);
        }
    }
    Ok(figures)
}

const RECORD: &str = "tests/budget.json";
/// Packages that users depend on: the models alone, or the whole SDK.
const PACKAGES: [&str; 2] = ["trivore-models", "trivore"];
