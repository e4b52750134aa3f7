//! The columns of a CSV file that has all fields of all users.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rows::{Document, Field, FieldType, find, write, written};

/// The columns that the users so far need.
#[derive(Debug, Default)]
pub(super) struct CsvColumns {
    found: BTreeSet<(usize, String)>,
}

/// A column: its header, and where its value is.
#[derive(Debug)]
pub(super) struct CsvColumn {
    pub(super) header: String,
    path: Vec<String>,
    holds: FieldType,
}

impl CsvColumns {
    /// Adds the columns that a user needs.
    pub(super) fn add(&mut self, user: &Document) {
        for (name, value) in user {
            match (find([name.as_str()]), value.as_object()) {
                (Some(FieldType::Object(_) | FieldType::Map), Some(members))
                    if !members.is_empty() =>
                {
                    for member in members.keys() {
                        self.insert(name, &format!("{name}.{member}"));
                    }
                }
                _ => self.insert(name, name),
            }
        }
    }

    /// Returns the columns: known fields in the order of the API, and others after them.
    pub(super) fn finish(&self) -> Vec<CsvColumn> {
        self.found.iter().map(|(_, path)| CsvColumn::new(path)).collect()
    }

    fn insert(&mut self, name: &str, path: &str) {
        let place = FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
        let place = if find([name]).is_some() { place } else { FIRST.len() + 1 };
        if !self.found.contains(&(place, path.to_owned())) {
            self.found.insert((place, path.to_owned()));
        }
    }
}

impl CsvColumn {
    /// Makes the column of a field at a path with dots.
    pub(super) fn new(path: &str) -> Self {
        // Names of custom fields may have any characters, but they have no inner fields here.
        let path: Vec<_> = path.splitn(2, '.').map(str::to_owned).collect();
        let holds = match path.first().map(String::as_str) {
            Some("customFields") if path.len() == 2 => Some(FieldType::Any),
            _ => find(path.iter().map(String::as_str)),
        };
        let written: Vec<_> = path.iter().map(|part| written(part)).collect();
        let mut header = written.join(".");
        // The import reads fields that it does not know by their type.
        if holds.is_none() || header.contains(':') {
            header += ":json";
        }
        Self { header, path, holds: holds.unwrap_or(FieldType::Any) }
    }

    /// Makes the column of a field that was selected.
    pub(super) fn of(header: &str, field: Field) -> Self {
        Self { header: header.to_owned(), path: field.path, holds: field.holds }
    }

    /// Returns the text of a user's cell.
    pub(super) fn text(&self, user: &Document, separator: &str) -> String {
        let mut value = self.path.first().and_then(|name| user.get(name));
        for name in self.path.iter().skip(1) {
            value = match value {
                Some(Value::Array(items)) => name.parse().ok().and_then(|at: usize| items.get(at)),
                _ => value.and_then(|value| value.get(name)),
            };
        }
        // A column of a whole object is there for the users in which it is empty.
        let is_spread = |value: &Value| {
            matches!(self.holds, FieldType::Object(_) | FieldType::Map)
                && value.as_object().is_some_and(|members| !members.is_empty())
        };
        match value {
            Some(value) if !is_spread(value) => write(value, self.holds, separator),
            _ => String::new(),
        }
    }
}

/// Fields that come first; the others follow by name.
const FIRST: [&str; 12] = [
    "id",
    "nsCode",
    "username",
    "name",
    "emails",
    "mobiles",
    "memberOf",
    "tags",
    "locked",
    "userAccountType",
    "locale",
    "preferredLanguage",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::CsvColumns;

    #[test]
    fn there_is_a_column_for_each_field_of_any_user() {
        let users = [
            json!({"username": "a", "name": {"givenName": "A"}, "customFields": {}}),
            json!({"id": "1", "customFields": {"b": 1, "a:x": "y", "c.d": 2}, "newer": {"z": null}}),
        ];
        let users: Vec<_> = users.iter().map(|user| user.as_object().unwrap()).collect();
        let mut columns = CsvColumns::default();
        for user in &users {
            columns.add(user);
        }
        let columns = columns.finish();
        let row = |user: usize| -> Vec<_> {
            columns.iter().map(|column| column.text(users[user], ";")).collect()
        };
        let headers: Vec<_> = columns.iter().map(|column| column.header.as_str()).collect();
        assert_eq!(
            headers,
            [
                "id",
                "username",
                "name.givenName",
                "customFields",
                "customFields.a:x:json",
                "customFields.b",
                "customFields.c\\.d",
                "newer:json"
            ]
        );
        assert_eq!(row(0), ["", "a", "A", "{}", "", "", "", ""]);
        assert_eq!(row(1), ["1", "", "", "", "y", "1", "2", "{\"z\":null}"]);
    }
}
