//! Writes many objects in one of the formats, one after the other.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;
use serde_json::Value;

use super::cells::{cell, find};
use super::csv_cell::guarded;
use super::output::{document, not_json, paths, pretty, yaml};
use super::stdout::write_styled;
use super::{Format, Output};
use crate::failure::Failure;

/// Writes objects as they come; a table is written at the end, since its widths depend on all.
#[must_use = "the output is complete only after `finish`"]
pub(crate) struct Rows<'a> {
    output: &'a Output,
    columns: Vec<String>,
    /// Not a stream for colors, which would change what a field contains.
    stdout: BufWriter<StdoutLock<'static>>,
    count: u64,
    table: Vec<Vec<String>>,
    /// Selected columns that were in no row yet.
    missing: Vec<String>,
    /// Rows that are not written before all columns were found.
    held: Vec<Value>,
    /// The first row, if columns are missing and rows are not held.
    first: Option<Value>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(output: &'a Output, columns: &[&str]) -> Self {
        let default = || columns.iter().map(|column| (*column).to_owned()).collect();
        Self {
            output,
            columns: output.columns.clone().unwrap_or_else(default),
            stdout: BufWriter::new(io::stdout().lock()),
            count: 0,
            table: Vec::new(),
            missing: output.unknown(),
            held: Vec::new(),
            first: None,
        }
    }

    /// Writes rows without looking for the columns in them.
    pub(super) fn without_check(self) -> Self {
        Self { missing: Vec::new(), ..self }
    }

    pub(crate) fn add(&mut self, row: &impl Serialize) -> Result<(), Failure> {
        let text = match (self.output.format, &self.output.columns) {
            (Format::Json, None) => serde_json::to_string_pretty(row),
            (Format::Ndjson, None) => serde_json::to_string(row),
            _ => return self.document(document(row)?),
        };
        self.write_json(&text.map_err(not_json)?)
    }

    pub(super) fn document(&mut self, row: Value) -> Result<(), Failure> {
        if self.missing.is_empty() {
            return self.write(row);
        }
        self.missing.retain(|path| find(&row, path).is_none());
        if !self.output.refuses() {
            self.first.get_or_insert_with(|| row.clone());
            return self.write(row);
        }
        self.held.push(row);
        if self.missing.is_empty() {
            return self.write_held();
        }
        if self.held.len() < MOST_HELD { Ok(()) } else { self.report_missing() }
    }

    fn write_held(&mut self) -> Result<(), Failure> {
        std::mem::take(&mut self.held).into_iter().try_for_each(|row| self.write(row))
    }

    fn report_missing(&self) -> Result<(), Failure> {
        self.output.report_missing(&self.missing, self.held.first().or(self.first.as_ref()))
    }

    fn write(&mut self, row: Value) -> Result<(), Failure> {
        if self.columns.is_empty() {
            self.columns = paths(&row);
        }
        let text = match self.output.format {
            Format::Table => {
                let table = &self.output.table;
                let texts = self.columns.iter().map(|column| table.text(&row, column));
                self.table.push(texts.collect());
                self.count += 1;
                return Ok(());
            }
            Format::Json => return self.write_json(&pretty(&self.output.selected(row))),
            Format::Ndjson => return self.write_json(&self.output.selected(row).to_string()),
            Format::Csv => {
                let header =
                    (self.count == 0).then(|| csv_line(self.columns.iter().map(String::as_str)));
                let cells: Vec<_> = self.columns.iter().map(|path| cell(&row, path, ";")).collect();
                let line = csv_line(cells.iter().map(String::as_str));
                header.transpose()?.unwrap_or_default() + &line?
            }
            Format::Yaml => yaml(&Value::Array(vec![self.output.selected(row)]))?,
        };
        self.count += 1;
        self.stdout.write_all(text.as_bytes()).map_err(Failure::output)
    }

    /// Writes an object that is JSON already.
    fn write_json(&mut self, row: &str) -> Result<(), Failure> {
        let written = match (self.output.format, self.count) {
            (Format::Ndjson, _) => writeln!(self.stdout, "{row}"),
            (_, 0) => write!(self.stdout, "[\n  {}", row.replace('\n', "\n  ")),
            _ => write!(self.stdout, ",\n  {}", row.replace('\n', "\n  ")),
        };
        self.count += 1;
        written.map_err(Failure::output)
    }

    /// Completes the output.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.report_missing()?;
        let end = match (self.output.format, self.count) {
            (Format::Table, 0) => return Ok(()),
            (Format::Table, _) => {
                return write_styled(&self.output.table.rows(&self.columns, &self.table));
            }
            (Format::Json | Format::Yaml, 0) => "[]\n".to_owned(),
            (Format::Json, _) => "\n]\n".to_owned(),
            (Format::Csv, 0) => csv_line(self.columns.iter().map(String::as_str))?,
            _ => String::new(),
        };
        self.stdout.write_all(end.as_bytes()).map_err(Failure::output)?;
        self.stdout.flush().map_err(Failure::output)
    }
}

/// How many rows are looked through for a column that may not exist.
const MOST_HELD: usize = 1_000;

fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Failure::io("cannot write CSV", error.into());
    writer.write_record(cells.map(|text| guarded(text).into_owned())).map_err(failed)?;
    let line = writer.into_inner().map_err(|error| Failure::output(error.into_error()))?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}
