//! Journals that cannot be written.

#![cfg(target_os = "linux")]

use serde_json::{Value, json};

use super::outcome::{apply, planned, writes};
use crate::full_device::with_small_files;
use crate::installation::finish;
use crate::plan::comparison::with_namespace;

#[test]
fn a_full_disk_stops_the_run_with_a_summary() {
    let installation = with_namespace();
    let rows: Vec<_> = (0..40).map(|n| json!({"username": format!("u{n}")})).collect();
    let plan = planned(&installation, &rows, &[]);
    installation.sandbox.clear_ledger();
    let program = installation.command(&["apply", &plan, "--yes", "--concurrency", "2"]);
    let finished = finish(&mut with_small_files(&program));
    assert_eq!(finished.code, 8, "{}", finished.stderr);
    let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
    let count = |name: &str| summary[name].as_u64().unwrap();
    let created = writes(&installation).len();
    assert!((10..30).contains(&created), "{created}");
    assert_eq!(count("created"), u64::try_from(created).unwrap());
    assert_eq!(count("created") + count("unknown") + count("notBegun"), 40, "{summary}");
    for expected in [" created, ", " not begun", "cannot use the journal", "--resume"] {
        assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
    }
    let resumed = apply(&installation, &plan, &["--resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert_eq!(writes(&installation).len(), 40 - created);
}
