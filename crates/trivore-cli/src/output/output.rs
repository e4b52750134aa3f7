//! Writes results to standard output.

use std::io::{self, IsTerminal as _};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Format;
use super::cells::find;
use super::result_fields::ResultFields;
use super::rows::Rows;
use super::stdout::{write_stdout, write_styled};
use super::table::TableOptions;
use crate::failure::{Failure, tell};
use crate::global_options::GlobalOptions;

/// Where results go, and in which format.
pub(crate) struct Output {
    pub(super) format: Format,
    /// The selected fields; all that the command shows if there are none.
    pub(super) columns: Option<Vec<String>>,
    pub(super) table: TableOptions,
    /// The fields that the result can have, if that is known.
    fields: Option<ResultFields>,
    /// Whether a column that the result does not have is refused, not only reported.
    refuses: bool,
    is_quiet: bool,
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
            fields: None,
            refuses: false,
            is_quiet: options.quiet,
        }
    }

    /// Checks the selected columns as far as they can be checked before there is a result.
    ///
    /// # Errors
    ///
    /// A column has an empty name, or one that no field can have.
    pub(crate) fn checked(mut self, fields: ResultFields) -> Result<Self, Failure> {
        let columns = self.columns.as_deref().unwrap_or_default();
        if columns.iter().any(String::is_empty) {
            return Err(Failure::usage("--columns has an empty name"));
        }
        let mut unknown = columns.iter().filter(|path| !fields.has(path));
        if let Some(path) = unknown.next().filter(|_| !fields.is_open()) {
            return Err(fields.failure(path, []));
        }
        self.refuses = true;
        self.fields = Some(fields);
        Ok(self)
    }

    /// Checks the columns of what a change will return, after which it is too late to refuse them.
    ///
    /// # Errors
    ///
    /// Those of [`checked`](Self::checked); a column has a name like that of a field.
    pub(crate) fn checked_before_change(self, fields: ResultFields) -> Result<Self, Failure> {
        let mut output = self.checked(fields)?;
        if let Some(fields) = &output.fields
            && let Some(path) = output.unknown().iter().find(|path| fields.meant_by(path).is_some())
        {
            return Err(fields.failure(path, []));
        }
        output.refuses = false;
        Ok(output)
    }

    /// The selected columns that are not known to be fields of the result.
    pub(super) fn unknown(&self) -> Vec<String> {
        let columns = self.columns.as_deref().unwrap_or_default();
        let is_known = |path: &str| self.fields.as_ref().is_some_and(|fields| fields.has(path));
        columns.iter().filter(|path| !is_known(path)).cloned().collect()
    }

    pub(super) fn refuses(&self) -> bool {
        self.refuses
    }

    /// Reports columns that none of the rows has; `first` is one of the rows, if there are any.
    ///
    /// # Errors
    ///
    /// They are refused.
    pub(super) fn report_missing(
        &self,
        missing: &[String],
        first: Option<&Value>,
    ) -> Result<(), Failure> {
        let none = ResultFields::at_least(&[]);
        let fields = self.fields.as_ref().unwrap_or(&none);
        let others = first.map(paths).unwrap_or_default();
        for path in missing {
            let failure = fields.failure(path, others.iter().map(String::as_str));
            // Of no rows it is not known which fields of a newer service they would have.
            if self.refuses && (first.is_some() || fields.meant_by(path).is_some()) {
                return Err(failure);
            }
            if first.is_some() && !self.is_quiet {
                tell(format_args!("warning: {}", failure.message()));
            }
        }
        Ok(())
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Writes one object: all its fields, or the selected ones.
    pub(crate) fn object(&self, object: &impl Serialize) -> Result<(), Failure> {
        let document = document(object)?;
        let mut missing = self.unknown();
        missing.retain(|path| find(&document, path).is_none());
        self.report_missing(&missing, Some(&document))?;
        if self.format == Format::Table {
            let columns = match &self.columns {
                Some(columns) => columns.clone(),
                None => paths(&document),
            };
            return write_styled(&self.table.fields(&document, &columns));
        }
        match self.format {
            Format::Json => write_stdout((pretty(&self.selected(document)) + "\n").as_bytes()),
            Format::Yaml => write_stdout(yaml(&self.selected(document))?.as_bytes()),
            _ => {
                let mut rows = self.rows(&[]).without_check();
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
