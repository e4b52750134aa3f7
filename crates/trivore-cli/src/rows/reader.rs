//! Reads the rows of a file in any format.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader};

use super::columns::Columns;
use super::csv_rows::{CsvError, CsvRows};
use super::document::Document;
use super::format::RowFormat;
use super::input::RowInput;
use super::json_rows::{JsonRows, NdjsonRows};
use super::layout::Layout;
use super::problem::{Problem, Problems};
use super::row::Row;
use super::{types, values};
use crate::failure::Failure;

/// Reads rows one by one.
pub(crate) struct RowReader<'a> {
    layout: &'a Layout,
    name: &'a str,
    rows: RowSource,
    number: u64,
    unknown: BTreeSet<String>,
}

enum RowSource {
    Csv {
        rows: Box<CsvRows>,
        columns: Columns,
    },
    Ndjson(NdjsonRows<BufReader<File>>),
    Json(JsonRows<BufReader<File>>),
    /// Nothing can be read.
    None,
}

/// What was read of a row: its line, and what is wrong with it.
struct Read {
    line: u64,
    document: Document,
    problems: Vec<Problem>,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        input: &'a RowInput,
        layout: &'a Layout,
        problems: &mut Problems,
    ) -> Result<Self, Failure> {
        let text = input.restart()?;
        let rows = match layout.format {
            RowFormat::Ndjson => RowSource::Ndjson(NdjsonRows::new(text)),
            RowFormat::Json => RowSource::Json(JsonRows::new(text)),
            RowFormat::Csv => {
                let rows = CsvRows::new(text, layout.delimiter)
                    .map_err(|error| failed(input.name(), error))?;
                csv(rows, layout, input.name(), problems)?
            }
        };
        Ok(Self { layout, name: input.name(), rows, number: 0, unknown: BTreeSet::new() })
    }

    /// Reads the next row; `Ok(Err(_))` is a row with problems.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn next_row(&mut self) -> Result<Option<Result<Row, Vec<Problem>>>, Failure> {
        let Some(Read { line, mut document, mut problems }) = self.read()? else {
            return Ok(None);
        };
        self.number += 1;
        if problems.is_empty() {
            if let Err(message) = self.layout.mapping.rename(&mut document) {
                problems.push(Problem::new(message));
            }
            self.layout.mapping.complete(&mut document);
            let mut unknown = Vec::new();
            problems.extend(types::check(&document, self.layout.allows_unknown, &mut unknown));
            if problems.is_empty() {
                values::complete_contacts(&mut document);
                problems.extend(values::check(&document));
            }
            // Fields of a header that says their types are known to be unknown.
            if !matches!(self.rows, RowSource::Csv { .. }) && self.unknown.len() < MOST_UNKNOWN {
                self.unknown.extend(unknown);
            }
        }
        let number = self.number;
        if problems.is_empty() {
            return Ok(Some(Ok(Row { number, line, document })));
        }
        let place = |problem: Problem| {
            let line = problem.line.unwrap_or(line);
            problem.in_row(number, line)
        };
        Ok(Some(Err(problems.into_iter().map(place).collect())))
    }

    /// Fields of the rows so far that this program does not know, which are sent as they are.
    pub(crate) fn unknown_fields(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(String::as_str)
    }

    fn read(&mut self) -> Result<Option<Read>, Failure> {
        let name = self.name;
        let row = match &mut self.rows {
            RowSource::None => return Ok(None),
            RowSource::Csv { rows, columns } => match rows.next_row() {
                Ok(None) => return Ok(None),
                Ok(Some((line, cells))) => {
                    let mut problems = Vec::new();
                    let document = columns.document(&cells, &mut problems);
                    return Ok(Some(Read { line, document, problems }));
                }
                Err(CsvError::Io(error)) => return Err(failed(name, error)),
                Err(CsvError::Problem(problem)) => {
                    let (line, document) = (problem.line.unwrap_or(1), Document::new());
                    return Ok(Some(Read { line, document, problems: vec![problem] }));
                }
            },
            RowSource::Ndjson(rows) => rows.next_row(),
            RowSource::Json(rows) => rows.next_row(),
        };
        let Some((line, row)) = row.map_err(|error| failed(name, error))? else { return Ok(None) };
        let (document, problems) = match row {
            Ok(document) => (document, Vec::new()),
            Err(problem) => (Document::new(), vec![problem]),
        };
        Ok(Some(Read { line, document, problems }))
    }
}

/// Reads the header of a CSV file.
fn csv(
    mut rows: CsvRows,
    layout: &Layout,
    name: &str,
    problems: &mut Problems,
) -> Result<RowSource, Failure> {
    let mut header = Vec::new();
    match rows.next_row() {
        Err(CsvError::Io(error)) => return Err(failed(name, error)),
        Err(CsvError::Problem(problem)) => {
            problems.add(problem);
            return Ok(RowSource::None);
        }
        Ok(None) => {
            problems.add(Problem::new("the file is empty; the first row of CSV is the header"));
            return Ok(RowSource::None);
        }
        Ok(Some((line, cells))) => {
            for (at, cell) in cells.iter().enumerate() {
                match cell {
                    Ok(text) => header.push((*text).to_owned()),
                    Err(byte) => {
                        let problem = Problem::new(super::encoding::not_utf8(*byte));
                        problems.add(problem.in_line(line).in_column(&(at + 1).to_string()));
                        return Ok(RowSource::None);
                    }
                }
            }
        }
    }
    let before = problems.count();
    let columns = Columns::parse(&header, layout, problems);
    if problems.count() > before {
        return Ok(RowSource::None);
    }
    Ok(RowSource::Csv { rows: Box::new(rows), columns })
}

fn failed(name: &str, error: io::Error) -> Failure {
    Failure::io(format!("cannot read {name}"), error)
}

/// How many unknown fields are collected.
const MOST_UNKNOWN: usize = 100;
