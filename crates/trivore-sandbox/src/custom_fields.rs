//! Checks the names of custom fields of users and groups.

use crate::document::{Document, object};
use crate::reply::Refusal;

/// Checks the custom fields of a user or group.
pub(crate) fn check(document: &Document) -> Result<(), Refusal> {
    object(document, "customFields").map_or(Ok(()), check_names)
}

/// Checks the custom fields that the stored user or group does not have yet.
pub(crate) fn check_new(document: &Document, before: &Document) -> Result<(), Refusal> {
    let mut fields = object(document, "customFields").cloned().unwrap_or_default();
    let stored = object(before, "customFields");
    fields.retain(|name, _| stored.is_none_or(|stored| !stored.contains_key(name)));
    check_names(&fields)
}

/// Rejects names that the service cannot store.
pub(crate) fn check_names(custom_fields: &Document) -> Result<(), Refusal> {
    if custom_fields.keys().any(|name| name.contains('.') || name.starts_with('$')) {
        let message = "Custom field names must not contain \".\" or start with \"$\".";
        return Err(Refusal::bad_request(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dots_and_leading_dollars_are_refused() {
        let check = |fields| check(json!({"customFields": fields}).as_object().unwrap()).is_ok();
        assert!(check(json!({"a$": {"b.c": 1}})));
        assert!(!check(json!({"a.b": 1})));
        assert!(!check(json!({"$a": 1})));
    }
}
