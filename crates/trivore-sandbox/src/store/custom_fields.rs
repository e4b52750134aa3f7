//! Checks the names of custom fields of users and groups.

use crate::values::api_error::ApiError;
use crate::values::document::{Document, object};

/// Checks the custom fields of a user or group that the stored one does not have.
pub(crate) fn check_new(document: &Document, before: &Document) -> Result<(), ApiError> {
    let stored = object(before, "customFields");
    object(document, "customFields").map_or(Ok(()), |fields| check_new_names(fields, stored))
}

/// Rejects names that the service cannot store, except those that are stored.
pub(crate) fn check_new_names(
    fields: &Document,
    stored: Option<&Document>,
) -> Result<(), ApiError> {
    let is_stored = |name: &str| stored.is_some_and(|stored| stored.contains_key(name));
    if fields.keys().any(|name| (name.contains('.') || name.starts_with('$')) && !is_stored(name)) {
        let message = "Custom field names must not contain \".\" or start with \"$\".";
        return Err(ApiError::bad_request(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn dots_and_leading_dollars_are_refused() {
        let stored = Document::from_iter([("old.name".to_owned(), json!(1))]);
        let check =
            |fields: Value| check_new_names(fields.as_object().unwrap(), Some(&stored)).is_ok();
        assert!(check(json!({"old.name": 2})));
        assert!(check(json!({"a$": {"b.c": 1}})));
        assert!(!check(json!({"a.b": 1})));
        assert!(!check(json!({"$a": 1})));
    }
}
