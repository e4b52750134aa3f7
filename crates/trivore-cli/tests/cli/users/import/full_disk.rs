//! Journals and results that cannot be written.

#![cfg(target_os = "linux")]

use std::fs;

use serde_json::Value;

use super::files::{file, import, numbered};
use crate::Installation;
use crate::full_device::with_small_files;
use crate::installation::finish;

#[test]
fn a_full_disk_stops_the_import_with_a_summary() {
    for has_results in [false, true] {
        let installation = Installation::start();
        // The results of all rows take more than a full disk has.
        let filler = "x".repeat(90);
        let path = file(&installation, "users.csv", numbered("username", 40, &filler));
        let results = format!("{path}.results");
        let mut arguments = vec!["users", "import", &path, "--concurrency", "2"];
        if has_results {
            arguments.extend(["--results", &results]);
        }
        let program = installation.command(&arguments);
        let finished = finish(&mut with_small_files(&program));
        assert_eq!(finished.code, 8, "{}", finished.stderr);
        let created = installation.sandbox.ledger().len();
        assert!((5..30).contains(&created), "{created}");
        let summary: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!(summary["created"].as_u64(), u64::try_from(created).ok());
        for expected in ["cannot use the journal", "Of 40 rows: ", " not sent", "--resume"] {
            assert!(finished.stderr.contains(expected), "{expected}: {}", finished.stderr);
        }
        let is_told = finished.stderr.contains("cannot write");
        assert_eq!(is_told, has_results, "{}", finished.stderr);
        arguments.push("--resume");
        if has_results {
            assert!(fs::metadata(&results).unwrap().len() > 0);
        }
        assert_eq!(import(&installation, &arguments[2..]).code, 0);
        assert_eq!(installation.sandbox.ledger().len(), 40);
    }
}
