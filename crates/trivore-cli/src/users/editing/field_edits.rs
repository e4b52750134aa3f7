//! Options that change fields of a user.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;
use trivore::models::User;

use super::assignment::Assignment;
use super::json_file::read_object;
use super::json_paths::{merge, set, unset};
use super::user_document::{document_of, user_from, without_read_only};
use crate::failure::Failure;
use crate::secret_fields::is_secret;

/// What to change.
#[derive(Args, Clone)]
pub(crate) struct FieldEdits {
    /// Set a field, by its JSON name with dots; text after =, and JSON after :=.
    #[arg(long = "set", short = 's', value_name = "FIELD=VALUE")]
    assignments: Vec<String>,
    /// Take the fields of this JSON file; `-` is standard input.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Accept fields that this version does not know.
    #[arg(long)]
    allow_unknown: bool,
}

/// The changes of [`FieldEdits`] and of other options.
pub(crate) struct Edits {
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) removals: Vec<String>,
    patch: Value,
    allow_unknown: bool,
}

impl FieldEdits {
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.file.as_deref() == Some(Path::new("-"))
    }

    /// Reads the file, and checks that no argument contains a secret.
    ///
    /// # Errors
    ///
    /// The file is no JSON object; an argument sets a field that it must not.
    pub(crate) fn read(self, removals: Vec<String>) -> Result<Edits, Failure> {
        let assignments = Assignment::parse_all(&self.assignments)?;
        for path in assignments.iter().map(|it| &it.path).chain(&removals) {
            check_argument(path)?;
        }
        let assigned = assignments.iter().map(|it| it.path.as_str());
        check_distinct(assigned.chain(removals.iter().map(String::as_str)))?;
        let mut patch = match &self.file {
            Some(file) => read_object(file)?,
            None => serde_json::Map::new(),
        };
        without_read_only(&mut patch);
        let allow_unknown = self.allow_unknown;
        Ok(Edits { assignments, removals, patch: patch.into(), allow_unknown })
    }
}

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        let has_patch = self.patch.as_object().is_some_and(|patch| !patch.is_empty());
        self.assignments.is_empty() && self.removals.is_empty() && !has_patch
    }

    /// Whether the file has a field.
    pub(crate) fn file_has(&self, field: &str) -> bool {
        self.patch.get(field).is_some()
    }

    /// Whether an argument sets a whole field.
    pub(crate) fn assigns(&self, field: &str) -> bool {
        self.assignments.iter().any(|it| it.path == field)
    }

    /// Returns a user with the changes.
    ///
    /// # Errors
    ///
    /// A value does not fit its field, or a field is unknown.
    pub(crate) fn applied_to(&self, user: &User) -> Result<User, Failure> {
        let mut document = document_of(user)?;
        merge(&mut document, &self.patch);
        for Assignment { path, value } in &self.assignments {
            set(&mut document, path, value.clone()).map_err(Failure::usage)?;
        }
        // Inner fields first, and lists from their ends, so that positions stay what they were.
        let mut removals: Vec<_> = self.removals.iter().collect();
        removals.sort_by_key(|path| Reverse((path.split('.').count(), position(path))));
        for path in removals {
            unset(&mut document, path);
        }
        let edited = user_from(&document, (!self.allow_unknown).then_some(user))?;
        edited.validate_change(user).map_err(|error| Failure::usage(error.to_string()))?;
        Ok(edited)
    }

    /// Checks as much as can be known without the user, before anything is sent.
    ///
    /// # Errors
    ///
    /// Those of [`applied_to`](Self::applied_to).
    pub(crate) fn check(&self) -> Result<(), Failure> {
        // Whether a list has an element is known only when the user was read.
        let has_index =
            |it: &&Assignment| it.path.split('.').any(|name| name.parse::<u32>().is_ok());
        let assignments = self.assignments.iter().filter(|it| !has_index(it)).cloned().collect();
        let (patch, allow_unknown) = (self.patch.clone(), self.allow_unknown);
        let checked = Self { assignments, removals: Vec::new(), patch, allow_unknown };
        checked.applied_to(&User::new()).map(drop)
    }
}

/// The number at the end of a path, by which an element of a list is named.
fn position(path: &str) -> Option<usize> {
    path.rsplit('.').next()?.parse().ok()
}

/// Rejects fields that are given twice, also as a part of another one.
pub(crate) fn check_distinct<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
    let mut seen: Vec<&str> = Vec::new();
    for path in paths {
        for other in &seen {
            let (outer, inner) =
                if path.len() < other.len() { (path, *other) } else { (*other, path) };
            match inner.strip_prefix(outer) {
                Some("") => return Err(Failure::usage(format!("`{path}` is given twice"))),
                Some(rest) if rest.starts_with('.') => {
                    return Err(Failure::usage(format!("`{outer}` contains `{inner}`"))
                        .note("Give one of the two."));
                }
                _ => {}
            }
        }
        seen.push(path);
    }
    Ok(())
}

/// Rejects fields that no request has, and those that must not be arguments.
fn check_argument(path: &str) -> Result<(), Failure> {
    let first = path.split('.').next().unwrap_or(path);
    if path.is_empty() || path.split('.').any(str::is_empty) {
        return Err(Failure::usage("the name of a field is empty or has an empty part"));
    }
    if path.split('.').any(is_secret) {
        return Err(Failure::usage(format!("`{first}` cannot be set by an argument"))
            .note("Other users of this machine could read it in the list of processes.")
            .note("Passwords are set with `trivore users password set`."));
    }
    if first == "email" {
        return Err(Failure::usage("`email` is the first of `emails`; change `emails`"));
    }
    if User::READ_ONLY_FIELDS.contains(&first) {
        return Err(Failure::usage(format!("only the service sets `{first}`")));
    }
    Ok(())
}
