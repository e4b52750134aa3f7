//! Checks a row of desired users, and reduces it to what is compared.

use std::collections::BTreeSet;

use serde_json::Value;
use trivore::models::{NamespaceCode, User};

use super::key_field::KeyField;
use crate::rows::{Document, Problem, Row};

/// What all rows have to agree with, and what was left out of them.
pub(super) struct RowRules {
    pub(super) key: KeyField,
    /// The namespace that was selected, or that of the first row that has one.
    pub(super) namespace: Option<NamespaceCode>,
    /// Fields of the rows that are ignored.
    pub(super) ignored: BTreeSet<&'static str>,
}

impl RowRules {
    /// Checks a row; returns its key, and removes from it what is not compared.
    pub(super) fn check(&mut self, row: &mut Row) -> Result<String, Vec<Problem>> {
        let mut problems = Vec::new();
        let key = self.key.of_row(&row.document);
        if key.is_none() {
            let message = format!("there is no {}, which identifies the user", self.key);
            problems.push(Problem::new(message));
        }
        if row.document.get("password").is_some_and(|password| !password.is_null()) {
            let message = "passwords are no part of a plan; use `trivore users password set`";
            problems.push(Problem::new(message).in_column("password"));
        }
        self.check_namespace(row, &mut problems);
        check_values(&row.document, &mut problems);
        self.remove_ignored(&mut row.document);
        // As a key, it is the address of a user that may have to be created.
        let email = row.document.remove("email");
        if let Err(problem) = row.user()
            && problems.is_empty()
        {
            problems.push(problem);
        }
        if let Some(email) = email {
            row.document.insert("email".to_owned(), email);
        }
        match key {
            Some(key) if problems.is_empty() => Ok(key),
            _ => Err(problems.into_iter().map(|p| p.in_row(row.number, row.line)).collect()),
        }
    }

    fn check_namespace(&mut self, row: &mut Row, problems: &mut Vec<Problem>) {
        let Some(Value::String(code)) = row.document.remove("nsCode") else { return };
        match &self.namespace {
            None => self.namespace = Some(code.as_str().into()),
            Some(namespace) if namespace.as_str() == code => {}
            Some(namespace) => {
                let message = format!("the namespace is {namespace}; make a plan for each one");
                problems.push(Problem::new(message).in_column("nsCode"));
            }
        }
    }

    fn remove_ignored(&mut self, row: &mut Document) {
        row.remove("password");
        let is_key = self.key == KeyField::Email && !row.contains_key("emails");
        if !is_key && row.remove("email").is_some() {
            self.ignored.insert("email");
        }
        for name in READ_ONLY {
            if row.remove(name).is_some() {
                self.ignored.insert(name);
            }
        }
        for list in ["emails", "mobiles"] {
            for item in row.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                let Some(item) = item.as_object_mut() else { continue };
                for name in SET_BY_VERIFICATION {
                    if item.remove(name).is_some() {
                        self.ignored.insert(name);
                    }
                }
            }
        }
        if let Some(Value::Array(tags)) = row.get_mut("tags") {
            let mut stored = Vec::new();
            for tag in tags.iter().filter_map(Value::as_str).map(User::stored_tag) {
                if !stored.contains(&tag) {
                    stored.push(tag);
                }
            }
            *tags = stored.into_iter().map(Value::from).collect();
        }
    }
}

fn check_values(row: &Document, problems: &mut Vec<Problem>) {
    if row.get("username").is_some_and(Value::is_null) {
        problems.push(Problem::new("a user name cannot be cleared").in_column("username"));
    }
}

/// Fields of a user that only the service sets, and customer service.
const READ_ONLY: [&str; 4] = ["customerGroupInfo", "id", "meta", "strongIdentification"];

/// Members of contacts that only a verification sets.
const SET_BY_VERIFICATION: [&str; 3] = ["verified", "verifiedBy", "verifiedDateTime"];
