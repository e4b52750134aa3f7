//! Writes users in one of the formats.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};

use serde_json::Value;
use trivore::models::User;

use super::csv_columns::{CsvColumn, CsvColumns};
use crate::failure::Failure;
use crate::output::guarded;
use crate::output_file::OutputFile;
use crate::rows::{Document, RowFormat};

/// Writes users one by one.
pub(super) struct UserWriter {
    target: OutputFile,
    layout: FileLayout,
    count: u64,
}

/// How the users are written.
enum FileLayout {
    Ndjson,
    Json,
    /// The users are in a private temporary file until all columns are known.
    Csv {
        spool: BufWriter<File>,
        columns: CsvColumns,
        options: CsvOptions,
    },
}

/// What can be chosen for CSV.
pub(super) struct CsvOptions {
    /// Between several values of a cell.
    pub(super) separator: String,
    /// These columns instead of all.
    pub(super) columns: Option<Vec<CsvColumn>>,
}

impl UserWriter {
    pub(super) fn new(
        target: OutputFile,
        format: RowFormat,
        options: CsvOptions,
    ) -> Result<Self, Failure> {
        let layout = match format {
            RowFormat::Ndjson => FileLayout::Ndjson,
            RowFormat::Json => FileLayout::Json,
            RowFormat::Csv => {
                let spool = tempfile::tempfile().map_err(spool_failed)?;
                let (spool, columns) = (BufWriter::new(spool), CsvColumns::default());
                FileLayout::Csv { spool, columns, options }
            }
        };
        Ok(Self { target, layout, count: 0 })
    }

    /// Adds a user.
    pub(super) fn add(&mut self, user: &User) -> Result<(), Failure> {
        let failed = self.target.failed();
        let json = |error: serde_json::Error| Failure::io("cannot write JSON", error.into());
        match &mut self.layout {
            FileLayout::Ndjson => {
                let line = serde_json::to_string(user).map_err(json)?;
                writeln!(self.target, "{line}").map_err(failed)?;
            }
            FileLayout::Json => {
                let text = serde_json::to_string(user).map_err(json)?;
                let before = if self.count == 0 { "[" } else { "," };
                write!(self.target, "{before}\n{text}").map_err(failed)?;
            }
            FileLayout::Csv { spool, columns, .. } => {
                let Value::Object(document) = serde_json::to_value(user).map_err(json)? else {
                    return Ok(());
                };
                columns.add(&document);
                writeln!(spool, "{}", Value::Object(document)).map_err(spool_failed)?;
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Completes the file, and returns how many users it has.
    pub(super) fn finish(mut self) -> Result<u64, Failure> {
        let failed = self.target.failed();
        match self.layout {
            FileLayout::Ndjson => {}
            FileLayout::Json => {
                let end = if self.count == 0 { "[]\n" } else { "\n]\n" };
                self.target.write_all(end.as_bytes()).map_err(failed)?;
            }
            FileLayout::Csv { spool, columns, options } => {
                let columns = match options.columns {
                    Some(columns) => columns,
                    None if self.count == 0 => vec![CsvColumn::new("username")],
                    None => columns.finish(),
                };
                let spool = spool.into_inner().map_err(|error| spool_failed(error.into_error()))?;
                write_csv(spool, &columns, &options.separator, &mut self.target)?;
            }
        }
        self.target.finish()?;
        Ok(self.count)
    }
}

/// Writes the users of the temporary file as CSV.
fn write_csv(
    mut spool: File,
    columns: &[CsvColumn],
    separator: &str,
    target: &mut OutputFile,
) -> Result<(), Failure> {
    let failed = target.failed();
    let failed = |error: csv::Error| {
        let message = error.to_string();
        failed(match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            _ => io::Error::other(message),
        })
    };
    spool.rewind().map_err(spool_failed)?;
    let mut writer = csv::WriterBuilder::new().from_writer(target);
    let headers = columns.iter().map(|column| guarded(&column.header).into_owned());
    writer.write_record(headers).map_err(failed)?;
    for line in BufReader::new(spool).lines() {
        let line = line.map_err(spool_failed)?;
        let user: Document =
            serde_json::from_str(&line).map_err(|error| spool_failed(error.into()))?;
        let cells = columns.iter().map(|column| {
            let text = column.text(&user, separator);
            guarded(&text).into_owned()
        });
        writer.write_record(cells).map_err(failed)?;
    }
    writer.flush().map_err(|error| failed(error.into()))
}

fn spool_failed(error: io::Error) -> Failure {
    Failure::io("cannot use a temporary file", error)
}
