//! What the columns of a CSV file are, by its header.

use std::collections::BTreeMap;

use super::cell;
use super::document::{Document, set};
use super::field::Field;
use super::layout::Layout;
use super::problem::{Problem, Problems};
use crate::output::unguarded;
use crate::plural::counted;

/// The columns of a CSV file.
#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<Column>,
    /// Between several values of a cell.
    separator: String,
}

#[derive(Debug)]
struct Column {
    header: String,
    /// The field that it holds; `None` if it is ignored.
    field: Option<Field>,
}

impl Columns {
    /// Reads the header.
    pub(crate) fn parse(cells: &[String], layout: &Layout, problems: &mut Problems) -> Self {
        let Layout { mapping, separator, allows_unknown, .. } = layout;
        let mut columns = Vec::new();
        let mut seen = BTreeMap::new();
        for (at, cell) in cells.iter().enumerate() {
            let header = unguarded(cell.trim()).to_owned();
            let place = match header.as_str() {
                "" => (at + 1).to_string(),
                header => format!("{} ({header})", at + 1),
            };
            let add = |message: String| Problem::new(message).in_line(1).in_column(&place);
            if header.is_empty() {
                problems.add(add("the header is empty".to_owned()));
            } else if header.contains('\0') {
                problems.add(add(NUL.to_owned()));
            } else if let Some(first) = seen.insert(header.clone(), at) {
                problems.add(add(format!("column {} has the same header", first + 1)));
            }
            let field = match mapping.field(&header) {
                _ if header.is_empty() || mapping.ignores(&header) => None,
                Some(field) => Some(field.clone()),
                None => Field::parse_any(&header, *allows_unknown)
                    .map_err(|error| problems.add(add(error)))
                    .ok(),
            };
            columns.push(Column { header, field });
        }
        for header in mapping.headers().filter(|header| !seen.contains_key(*header)) {
            let message = format!("the mapping has the column {header:?}, but the file has not");
            problems.add(Problem::new(message));
        }
        let columns = Self { columns, separator: separator.clone() };
        columns.check_fields(problems);
        columns
    }

    /// Makes a JSON object of the cells of a row.
    pub(crate) fn document(
        &self,
        cells: &[Result<&str, u8>],
        problems: &mut Vec<Problem>,
    ) -> Document {
        let mut document = Document::new();
        let is_empty = |cell: &Result<&str, u8>| cell.is_ok_and(str::is_empty);
        let filled = cells.iter().rposition(|cell| !is_empty(cell)).map_or(0, |last| last + 1);
        if cells.len() < self.columns.len() || filled > self.columns.len() {
            problems.push(Problem::new(self.wrong_count(cells.len())));
            return document;
        }
        for (column, cell) in self.columns.iter().zip(cells) {
            let Some(field) = &column.field else { continue };
            let add = |message: String| Problem::new(message).in_column(&column.header);
            let text = match cell {
                Ok(text) => unguarded(text),
                Err(byte) => {
                    problems.push(add(super::encoding::not_utf8(*byte)));
                    continue;
                }
            };
            let is_name = matches!(field.path.as_slice(), [name] if NAMES.contains(&name.as_str()));
            if text.contains('\0') {
                problems.push(add(NUL.to_owned()));
                continue;
            }
            if is_name && text.trim() != text {
                problems.push(add("there is white space before or after the name".to_owned()));
                continue;
            }
            match cell::read(text, field.holds, &self.separator) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    if !set(&mut document, &field.path, value) {
                        let message = "another column has set the field already";
                        problems.push(add(message.to_owned()));
                    }
                }
                Err(message) => problems.push(add(message)),
            }
        }
        document
    }

    /// Says that a row has too many or too few cells, and what to do.
    fn wrong_count(&self, found: usize) -> String {
        let count = |length: usize| counted(u64::try_from(length).unwrap_or(u64::MAX), "cell");
        let wanted = self.columns.len();
        let next = match self.columns.get(found) {
            Some(Column { header, .. }) => format!(
                "there is none for {header} and what follows; a row has a cell for each column, \
                 though it may be empty"
            ),
            None => "put a value with the delimiter in it between quotes".to_owned(),
        };
        format!("the row has {}, but the header has {wanted}; {next}", count(found))
    }

    /// Checks that no two columns are the same field, unless it is a list.
    fn check_fields(&self, problems: &mut Problems) {
        let mut seen = BTreeMap::new();
        for column in &self.columns {
            let Some(field) = column.field.as_ref().filter(|field| !field.holds.is_list()) else {
                continue;
            };
            if let Some(other) = seen.insert(field.path.clone(), &column.header)
                && *other != column.header
            {
                let message = format!("column {other} is the same field");
                problems.add(Problem::new(message).in_line(1).in_column(&column.header));
            }
        }
    }
}

const NUL: &str = "there is a NUL character";

/// Fields that name users, which are never meant to begin or end with white space.
const NAMES: [&str; 2] = ["nsCode", "username"];
