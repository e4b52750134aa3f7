//! Changes fields of JSON documents by their paths with dots.

use serde_json::{Map, Value};

/// Sets a field; objects on the way are created, and lists for their first element.
///
/// In a list, a number selects an element, and the number of its elements adds one.
///
/// # Errors
///
/// Something on the way is no object, or a list has no such element; says what.
pub(crate) fn set(document: &mut Value, path: &str, new: Value) -> Result<(), String> {
    let mut place = document;
    let mut walked = String::new();
    for segment in path.split('.') {
        if place.is_null() {
            // The names of custom fields can be numbers.
            let is_list = segment == "0" && !walked.is_empty() && walked != "customFields";
            *place = if is_list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        place = match place {
            Value::Object(members) => members.entry(segment).or_insert(Value::Null),
            Value::Array(items) => {
                let count = items.len();
                let index = segment.parse::<usize>().ok().filter(|index| *index <= count);
                let Some(index) = index else {
                    return Err(format!(
                        "`{walked}` is a list of {count}: name an element by its number from 0, or \
                         set the whole list as {walked}:=JSON"
                    ));
                };
                if index == count {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            _ => return Err(format!("`{walked}` is not an object, so it has no `{segment}`")),
        };
        if !walked.is_empty() {
            walked.push('.');
        }
        walked.push_str(segment);
    }
    *place = new;
    Ok(())
}

/// Removes a field or an element of a list, if it is there.
pub(crate) fn unset(document: &mut Value, path: &str) {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut place = document;
    for segment in parent.split('.').filter(|segment| !segment.is_empty()) {
        let next = match place {
            Value::Array(items) => {
                segment.parse::<usize>().ok().and_then(|index| items.get_mut(index))
            }
            other => other.get_mut(segment),
        };
        let Some(next) = next else { return };
        place = next;
    }
    match place {
        Value::Object(members) => drop(members.remove(last)),
        Value::Array(items) => {
            if let Some(index) = last.parse::<usize>().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Merges a document into another one; `null` removes a field (RFC 7396).
pub(crate) fn merge(document: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Value::Object(members) = document else { return };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{merge, set, unset};

    #[test]
    fn a_field_is_set_at_its_path() {
        let user = || json!({"name": {"a": 1}, "emails": [{"address": "x"}], "locale": "fi"});
        for (path, expected) in [
            ("locale", Ok(json!({"locale": "new"}))),
            ("name.b", Ok(json!({"name": {"a": 1, "b": "new"}}))),
            ("customFields.x", Ok(json!({"customFields": {"x": "new"}}))),
            ("emails.0.address", Ok(json!({"emails": [{"address": "new"}]}))),
            ("emails.1.address", Ok(json!({"emails": [{"address": "x"}, {"address": "new"}]}))),
            ("emails.2", Err(())),
            ("mobiles.0.number", Ok(json!({"mobiles": [{"number": "new"}]}))),
            ("customFields.0", Ok(json!({"customFields": {"0": "new"}}))),
            ("emails.address", Err(())),
            ("locale.x", Err(())),
        ] {
            let mut document = user();
            let result = set(&mut document, path, json!("new")).map_err(|_message| ());
            let expected: Result<Value, ()> = expected.map(|changed: Value| {
                let mut document = user();
                merge(&mut document, &changed);
                document
            });
            assert_eq!(result.map(|()| document), expected, "{path}");
        }
    }

    #[test]
    fn what_is_absent_is_removed_without_an_error() {
        let mut document = json!({"name": {"a": 1, "b": 2}, "tags": ["x", "y"], "locale": "fi"});
        for path in ["name.a", "tags.0", "locale", "none", "none.x", "name.b.c", "tags.7"] {
            unset(&mut document, path);
        }
        assert_eq!(document, json!({"name": {"b": 2}, "tags": ["y"]}));
    }

    #[test]
    fn a_merge_keeps_what_it_does_not_name() {
        let mut document = json!({"name": {"a": 1, "b": 2}, "tags": ["x"], "locale": "fi"});
        merge(&mut document, &json!({"name": {"a": null, "c": 3}, "tags": ["y"], "locale": null}));
        assert_eq!(document, json!({"name": {"b": 2, "c": 3}, "tags": ["y"]}));
    }
}
