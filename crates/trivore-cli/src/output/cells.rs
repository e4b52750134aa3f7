//! The text of one field of a JSON document.

use serde_json::Value;

/// Returns the field at a path with dots, such as `name.givenName`.
///
/// In a list, the path is followed in all elements, and the result has those that have the field.
pub(crate) fn find(document: &Value, path: &str) -> Option<Value> {
    if let Some(items) = document.as_array() {
        let found: Vec<_> = items.iter().filter_map(|item| find(item, path)).collect();
        return (!found.is_empty()).then_some(Value::Array(found));
    }
    if let Some(value) = document.get(path) {
        return Some(value.clone());
    }
    // A name may contain dots itself, as those of custom fields can.
    path.match_indices('.').find_map(|(dot, _)| {
        let inner = document.get(&path[..dot])?;
        find(inner, &path[dot + 1..])
    })
}

/// Returns a field as text: strings as they are, lists separated by `separator`, other values as
/// JSON; nothing for null and missing fields.
pub(crate) fn cell(document: &Value, path: &str, separator: &str) -> String {
    find(document, path).map(|value| text(&value, separator)).unwrap_or_default()
}

/// Returns a value as text, as [`cell`] does.
pub(super) fn text(value: &Value, separator: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(item_text).collect();
            items.join(separator)
        }
        other => other.to_string(),
    }
}

/// The text of an element of a list; of an e-mail address or a number, what identifies it.
fn item_text(item: &Value) -> String {
    let identifying = ["address", "number", "id", "name"].iter().find_map(|name| item.get(name));
    text(identifying.filter(|value| value.is_string()).unwrap_or(item), ",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::cell;

    #[test]
    fn fields_are_found_by_paths_through_objects_and_lists() {
        let user = json!({
            "username": "jane",
            "locked": false,
            "name": {"givenName": "Jane"},
            "emails": [{"address": "a@b.c", "verified": true}, {"address": "d@e.f"}],
            "tags": ["x", "y"],
            "customFields": {"shoe.size": 38, "a": {"b": null}},
        });
        for (path, expected) in [
            ("username", "jane"),
            ("locked", "false"),
            ("name.givenName", "Jane"),
            ("emails", "a@b.c; d@e.f"),
            ("emails.address", "a@b.c; d@e.f"),
            ("emails.verified", "true"),
            ("tags", "x; y"),
            ("customFields.shoe.size", "38"),
            ("customFields.a.b", ""),
            ("missing.field", ""),
        ] {
            assert_eq!(cell(&user, path, "; "), expected, "{path}");
        }
    }
}
