//! The formats of files with rows.

use std::path::Path;

use clap::ValueEnum;

use crate::failure::Failure;

/// A format of files with rows, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A JSON list of objects.
    Json,
}

impl RowFormat {
    /// Returns the format that a file's name says.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        match extension.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "ndjson" | "jsonl" | "jsonlines" => Some(Self::Ndjson),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Returns the selected format, or else the one that the file's name says.
    pub(crate) fn selected(selected: Option<Self>, path: &Path) -> Result<Self, Failure> {
        selected.or_else(|| Self::of(path)).ok_or_else(|| {
            Failure::usage(format!("the name of {} does not say its format", path.display()))
                .note("Say it with --format csv, --format ndjson or --format json.")
        })
    }
}
