//! The fields that a result can have, by which selected columns are checked.

use crate::failure::Failure;
use crate::nearest::nearest;
use crate::rows::{FieldType, Fields, USER};

/// Names of fields, with dots for members.
#[derive(Debug)]
pub(crate) struct ResultFields {
    names: Vec<String>,
    /// Whether a newer service can add fields.
    is_open: bool,
}

impl ResultFields {
    /// Exactly these.
    pub(crate) fn only(names: &[&str]) -> Self {
        Self { names: owned(names), is_open: false }
    }

    /// These, and those of a newer service.
    pub(crate) fn at_least(names: &[&str]) -> Self {
        Self { names: owned(names), is_open: true }
    }

    /// Those of a user.
    pub(crate) fn of_user() -> Self {
        let mut names = Vec::new();
        add("", USER, &mut names);
        Self { names, is_open: true }
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether a field is one of these, or a member of one whose members are not listed.
    pub(super) fn has(&self, path: &str) -> bool {
        self.names.iter().any(|name| {
            let inner = path.strip_prefix(name.as_str());
            let is_member = inner.is_some_and(|inner| inner.starts_with('.'));
            inner == Some("") || is_member && !self.has_members(name)
        })
    }

    /// Says that there is no such field, and which one was probably meant.
    pub(super) fn failure<'a>(
        &'a self,
        path: &str,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Failure {
        let message = format!("--columns: there is no field `{path}`");
        let names = self.names.iter().map(String::as_str).chain(others);
        match nearest(path, names) {
            Some(name) => Failure::usage(format!("{message}; did you mean `{name}`?")),
            None if self.is_open => {
                Failure::usage(message).note("Look at the names with --output json.")
            }
            None => Failure::usage(message).note(format!("Fields are: {}.", self.names.join(", "))),
        }
    }

    /// Returns the field that a name was probably meant to be, if there is none of this name.
    pub(crate) fn meant_by(&self, path: &str) -> Option<&str> {
        let names = self.names.iter().map(String::as_str);
        if self.has(path) { None } else { nearest(path, names) }
    }

    fn has_members(&self, name: &str) -> bool {
        let mut inner = self.names.iter().filter_map(|other| other.strip_prefix(name));
        inner.any(|inner| inner.starts_with('.'))
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn add(outer: &str, fields: Fields, names: &mut Vec<String>) {
    for (name, holds) in fields {
        let path = format!("{outer}{name}");
        if let FieldType::Object(members) | FieldType::Objects(members, _) = holds {
            add(&format!("{path}."), members, names);
        }
        names.push(path);
    }
}

#[cfg(test)]
mod tests {
    use super::ResultFields;

    #[test]
    fn members_are_checked_where_they_are_known() {
        let fields = ResultFields::of_user();
        for (path, expected) in [
            ("username", true),
            ("emails", true),
            ("emails.address", true),
            ("emails.adress", false),
            ("emailsx", false),
            ("name.givenName", true),
            ("name.x", false),
            ("customFields.a.b", true),
            ("meta.created", true),
            ("", false),
        ] {
            assert_eq!(fields.has(path), expected, "{path}");
        }
    }
}
