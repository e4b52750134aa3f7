//! Writes results to standard output.

use std::io::{self, IsTerminal as _, Write as _};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Format;
use super::cells::find;
use super::rows::Rows;
use super::table::TableOptions;
use crate::failure::Failure;
use crate::global_options::GlobalOptions;

/// Where results go, and in which format.
pub(crate) struct Output {
    pub(super) format: Format,
    /// The selected fields; all that the command shows if there are none.
    pub(super) columns: Option<Vec<String>>,
    pub(super) table: TableOptions,
}

impl Output {
    pub(crate) fn new(options: &GlobalOptions) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let default = if is_terminal { Format::Table } else { Format::Json };
        let width = is_terminal.then(terminal_size::terminal_size).flatten();
        Self {
            format: options.output.unwrap_or(default),
            columns: options.columns.clone(),
            table: TableOptions {
                width: width.map(|(width, _)| width.0),
                show_secrets: options.show_secrets,
                now: Timestamp::now(),
            },
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Writes one object: all its fields, or the selected ones.
    pub(crate) fn object(&self, object: &impl Serialize) -> Result<(), Failure> {
        let document = document(object)?;
        if self.format == Format::Table {
            let columns = match &self.columns {
                Some(columns) => columns.clone(),
                None => paths(&document),
            };
            return write_table(&self.table.fields(&document, &columns));
        }
        match self.format {
            Format::Json => write(&(pretty(&self.selected(document)) + "\n")),
            Format::Yaml => write(&yaml(&self.selected(document))?),
            _ => {
                let mut rows = self.rows(&[]);
                rows.document(document)?;
                rows.finish()
            }
        }
    }

    /// Writes many objects, one after the other.
    ///
    /// A table and CSV have `columns`, unless others are selected.
    pub(crate) fn rows(&self, columns: &[&str]) -> Rows<'_> {
        Rows::new(self, columns)
    }

    /// Reduces an object to the selected fields, with their paths as names.
    pub(super) fn selected(&self, document: Value) -> Value {
        let Some(columns) = &self.columns else { return document };
        let field = |path: &String| (path.clone(), find(&document, path).unwrap_or_default());
        Value::Object(columns.iter().map(field).collect::<Map<_, _>>())
    }
}

/// Returns the JSON form of a value.
pub(super) fn document(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(not_json)
}

pub(super) fn not_json(error: serde_json::Error) -> Failure {
    Failure::io("cannot write JSON", error.into())
}

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

pub(super) fn yaml(value: &Value) -> Result<String, Failure> {
    yaml_serde::to_string(value)
        .map_err(|error| Failure::io("cannot write YAML", io::Error::other(error)))
}

/// Writes a table, whose colors depend on the terminal.
pub(super) fn write_table(text: &str) -> Result<(), Failure> {
    anstream::stdout().write_all(text.as_bytes()).map_err(Failure::output)
}

fn write(text: &str) -> Result<(), Failure> {
    io::stdout().write_all(text.as_bytes()).map_err(Failure::output)
}

/// Returns the paths of all fields of an object that are no objects, with dots.
pub(super) fn paths(document: &Value) -> Vec<String> {
    let Some(object) = document.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in object {
        if value.as_object().is_some_and(|inner| !inner.is_empty()) {
            found.extend(paths(value).into_iter().map(|path| format!("{name}.{path}")));
        } else {
            found.push(name.clone());
        }
    }
    found
}
