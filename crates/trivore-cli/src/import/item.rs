//! A row as an item of a bulk run.

use std::sync::Arc;

use trivore::models::{Filter, NamespaceCode, User};

use crate::rows::{Document, Problem, Row};

/// A row as an item of a bulk run.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The row, from 1.
    pub(super) row: u64,
    /// Namespace and user name; they name the user in messages and in the journal.
    pub(super) key: String,
    pub(super) user: Arc<User>,
    /// The fields of the row, of which those that are `null` are to be cleared.
    pub(super) document: Arc<Document>,
}

impl Item {
    /// Makes an item of a row; a row without namespace gets the profile's.
    pub(super) fn of(mut row: Row, namespace: Option<&NamespaceCode>) -> Result<Self, Problem> {
        if let Some(code) = namespace
            && row.document.get("nsCode").is_none_or(serde_json::Value::is_null)
        {
            row.document.insert("nsCode".to_owned(), code.as_str().into());
        }
        let user = row.user()?;
        let key = match (&user.username, &user.namespace_code) {
            (None, _) => format!("row {}", row.number),
            (Some(name), None) => name.clone(),
            (Some(name), Some(code)) => format!("{code}/{name}"),
        };
        let (user, document) = (Arc::new(user), Arc::new(row.document));
        Ok(Self { row: row.number, key, user, document })
    }

    /// Returns the filter that finds the user, if the row has a user name.
    pub(super) fn filter(&self) -> Option<Filter> {
        let name = self.user.username.as_deref()?;
        // The service may store names in lower case.
        let lower = name.to_lowercase();
        let mut filter = Filter::eq("username", name);
        if lower != name {
            filter = filter.or(Filter::eq("username", lower));
        }
        Some(match &self.user.namespace_code {
            Some(code) => Filter::eq("nsCode", code.as_str()).and(filter),
            None => filter,
        })
    }

    /// Whether a user has the name of the row.
    pub(super) fn is_of(&self, found: &User) -> bool {
        let lower = |user: &User| user.username.as_deref().map(str::to_lowercase);
        let is_in_namespace =
            self.user.namespace_code.is_none() || self.user.namespace_code == found.namespace_code;
        is_in_namespace && lower(&self.user).is_some() && lower(&self.user) == lower(found)
    }
}
