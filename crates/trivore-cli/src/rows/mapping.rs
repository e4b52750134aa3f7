//! Which columns of a file are which fields, by a mapping file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::document::{Document, fill, set};
use super::field::{Field, by_name};
use super::types;
use crate::failure::Failure;

/// Which columns of a file are which fields, and the values of fields that are not in it.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    columns: BTreeMap<String, Field>,
    ignored: Vec<String>,
    constants: Document,
    defaults: Document,
}

/// What a mapping file contains.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    #[serde(default)]
    columns: BTreeMap<String, MappedField>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    constants: toml::Table,
    #[serde(default)]
    defaults: toml::Table,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected \"FIELD\" or { field = \"FIELD\", type = \"TYPE\" }, both as text"
)]
enum MappedField {
    Name(String),
    Typed {
        field: String,
        #[serde(rename = "type")]
        holds: String,
    },
}

impl Mapping {
    /// Reads a mapping file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
        Self::parse(&text).map_err(|message| {
            Failure::usage(format!("{} is not a valid mapping: {message}", path.display()))
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: MappingFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let columns = file.columns.into_iter().map(|(header, field)| {
            let parsed = field.parse().map_err(|error| format!("column {header:?}: {error}"))?;
            Ok((header, parsed))
        });
        Ok(Self {
            columns: columns.collect::<Result<_, String>>()?,
            ignored: file.ignore,
            constants: document(file.constants)?,
            defaults: document(file.defaults)?,
        })
    }

    /// Returns the field of a column: `None` if it is not mapped.
    pub(crate) fn field(&self, header: &str) -> Option<&Field> {
        self.columns.get(header)
    }

    /// Whether a column is to be ignored.
    pub(crate) fn ignores(&self, header: &str) -> bool {
        self.ignored.iter().any(|ignored| ignored == header)
    }

    /// Returns the columns that the file must have.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().chain(&self.ignored).map(String::as_str)
    }

    /// Renames the members of a JSON row.
    pub(crate) fn rename(&self, document: &mut Document) -> Result<(), String> {
        for ignored in &self.ignored {
            document.remove(ignored);
        }
        let mapped: Vec<_> = self
            .columns
            .iter()
            .filter_map(|(header, field)| Some((field, document.remove(header)?)))
            .collect();
        for (field, value) in mapped {
            if !value.is_null() && !set(document, &field.path, value) {
                return Err(format!("{} has two values", field.name()));
            }
        }
        Ok(())
    }

    /// Sets the fields that do not come from the file.
    pub(crate) fn complete(&self, document: &mut Document) {
        let mut complete = self.constants.clone();
        fill(&mut complete, document);
        fill(&mut complete, &self.defaults);
        *document = complete;
    }
}

impl MappedField {
    fn parse(self) -> Result<Field, String> {
        match self {
            Self::Name(name) => Field::parse(&name),
            Self::Typed { field, holds } => {
                by_name(&holds).ok_or("a type is string, boolean, number or json")?;
                Field::parse(&format!("{field}:{holds}"))
            }
        }
    }
}

/// Makes an object of a table whose keys may have dots.
fn document(table: toml::Table) -> Result<Document, String> {
    let mut document = Document::new();
    for (name, value) in table {
        let field = Field::parse(&name).map_err(|error| format!("{name:?}: {error}"))?;
        if !set(&mut document, &field.path, json(value)) {
            return Err(format!("{name:?} is set twice"));
        }
    }
    match types::check(&document, false, &mut Vec::new()).into_iter().next() {
        Some(problem) => Err(problem.to_string()),
        None => Ok(document),
    }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect::<Vec<_>>().into(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(name, value)| (name, json(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Mapping;

    #[test]
    fn a_mapping_renames_and_completes_rows() {
        let mapping = Mapping::parse(
            "ignore = ['Notes']\n[columns]\nVorname = 'name.givenName'\n'Größe' = {field = \
             'customFields.size', type = 'string'}\n[constants]\nnsCode = 'customers'\n\
             customFields.source = 'import'\n[defaults]\nlocale = 'fi'\nname.familyName = '-'",
        )
        .unwrap();
        let mut row = json!({"Vorname": "Jane", "Notes": 1, "locale": "sv"});
        let document = row.as_object_mut().unwrap();
        mapping.rename(document).unwrap();
        mapping.complete(document);
        assert_eq!(
            row,
            json!({
                "name": {"givenName": "Jane", "familyName": "-"}, "locale": "sv",
                "nsCode": "customers", "customFields": {"source": "import"},
            })
        );
    }

    #[test]
    fn a_wrong_mapping_says_what_is_wrong() {
        for (text, expected) in [
            ("[columns]\na = 'usernam'", "column \"a\": unknown field; did you mean username?"),
            ("[columns]\na = {field = 'customFields.b', type = 'text'}", "a type is string"),
            ("[constants]\nlocked = 'x'", "locked: expected true or false"),
            ("[colums]\n", "unknown field `colums`"),
            ("[columns]\na = 5", "expected \"FIELD\" or {"),
            ("columns = ", "TOML parse error"),
        ] {
            let error = Mapping::parse(text).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
