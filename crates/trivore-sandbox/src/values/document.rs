//! JSON documents, which keep fields that the sandbox does not know.

use serde_json::{Map, Value};

use crate::values::behavior_rules::Rules;

/// One stored object.
pub(crate) type Document = Map<String, Value>;

/// Reads a string field.
pub(crate) fn text<'a>(document: &'a Document, key: &str) -> Option<&'a str> {
    document.get(key).and_then(Value::as_str)
}

/// Reads a boolean field.
pub(crate) fn flag(document: &Document, key: &str) -> Option<bool> {
    document.get(key).and_then(Value::as_bool)
}

/// Reads the strings of a list field; a missing list is empty.
pub(crate) fn texts<'a>(document: &'a Document, key: &str) -> Vec<&'a str> {
    list(document, key).iter().filter_map(Value::as_str).collect()
}

/// Reads a list field; a missing list is empty.
pub(crate) fn list<'a>(document: &'a Document, key: &str) -> &'a [Value] {
    document.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Reads an object field.
pub(crate) fn object<'a>(document: &'a Document, key: &str) -> Option<&'a Document> {
    document.get(key).and_then(Value::as_object)
}

/// Returns mutable references to the objects of a list field.
pub(crate) fn objects_mut<'a>(
    document: &'a mut Document,
    key: &str,
) -> impl Iterator<Item = &'a mut Document> {
    let list = document.get_mut(key).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Removes null members at every depth, except within custom fields.
pub(crate) fn drop_nulls(document: &mut Document) {
    document.retain(|_, value| !value.is_null());
    for (key, value) in document.iter_mut() {
        if key != "customFields" {
            drop_nulls_within(value);
        }
    }
}

/// Applies the body of a PUT to a stored document.
///
/// Keys in `kept` are neither removed by a replacement nor cleared by `null`.
pub(crate) fn put(stored: &mut Document, mut body: Document, kept: &[&str], rules: &Rules) {
    drop_filter_names(&mut body);
    if rules.put_replaces {
        stored.retain(|key, _| kept.contains(&key.as_str()));
    }
    merge(stored, body, kept, rules);
    if rules.custom_field_nulls_clear
        && let Some(fields) = stored.get_mut("customFields")
    {
        drop_nulls_within(fields);
    }
}

/// Removes the names of times that only filters know; the times themselves are in `meta`.
pub(crate) fn drop_filter_names(body: &mut Document) {
    for name in ["createdDate", "lastModifiedDate"] {
        body.remove(name);
    }
}

/// Sets the members of a body in a stored document; `null` removes one, unless it is in `kept`.
pub(crate) fn merge(stored: &mut Document, body: Document, kept: &[&str], rules: &Rules) {
    for (key, value) in body {
        if value.is_null() {
            if !rules.null_ignored && !kept.contains(&key.as_str()) {
                stored.remove(&key);
            }
            continue;
        }
        match (stored.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) if rules.nested_objects_merge => {
                if key == "customFields" {
                    merge_data(old, new);
                } else {
                    merge(old, new, &[], rules);
                }
            }
            (_, value) => {
                stored.insert(key, value);
            }
        }
    }
}

/// Merges data of an application, in which `null` is a value like any other.
fn merge_data(stored: &mut Document, body: Document) {
    for (key, value) in body {
        match (stored.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge_data(old, new),
            (_, value) => {
                stored.insert(key, value);
            }
        }
    }
}

pub(crate) fn drop_nulls_within(value: &mut Value) {
    match value {
        Value::Object(object) => drop_nulls(object),
        Value::Array(items) => items.iter_mut().for_each(drop_nulls_within),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(rules: &Rules, body: &Value, expected: &Value) {
        let mut stored = json!({"id": "1", "a": {"x": 1, "y": 2}, "b": [1, 2]});
        put(stored.as_object_mut().unwrap(), body.as_object().unwrap().clone(), &["id"], rules);
        assert_eq!(stored, *expected);
    }

    #[test]
    fn put_merges_unless_told_otherwise() {
        let mut rules = Rules::default();
        check(&rules, &json!({"b": [3]}), &json!({"id": "1", "a": {"x": 1, "y": 2}, "b": [3]}));
        check(&rules, &json!({"a": {"x": 3}}), &json!({"id": "1", "a": {"x": 3}, "b": [1, 2]}));
        check(&rules, &json!({"a": null, "id": null}), &json!({"id": "1", "b": [1, 2]}));
        rules.nested_objects_merge = true;
        check(
            &rules,
            &json!({"a": {"x": 3}}),
            &json!({"id": "1", "a": {"x": 3, "y": 2}, "b": [1, 2]}),
        );
        rules.put_replaces = true;
        check(&rules, &json!({"b": [3]}), &json!({"id": "1", "b": [3]}));
    }

    #[test]
    fn nulls_in_custom_fields_are_stored_or_clear() {
        for (merges, clears, expected) in [
            (false, false, json!({"a": null, "b": {"c": null}})),
            (false, true, json!({"b": {}})),
            (true, false, json!({"a": null, "b": {"c": null, "d": 1}, "e": 1})),
            (true, true, json!({"b": {"d": 1}, "e": 1})),
        ] {
            let mut rules = Rules::default();
            (rules.nested_objects_merge, rules.custom_field_nulls_clear) = (merges, clears);
            let mut stored = json!({"customFields": {"a": 1, "b": {"c": 1, "d": 1}, "e": 1}});
            let body = json!({"customFields": {"a": null, "b": {"c": null}}});

            put(stored.as_object_mut().unwrap(), body.as_object().unwrap().clone(), &[], &rules);

            assert_eq!(stored["customFields"], expected, "{merges} {clears}");
        }
    }

    #[test]
    fn nulls_go_but_custom_fields_keep_theirs() {
        let mut document = json!({"a": null, "b": [{"c": null}], "customFields": {"d": null}});
        drop_nulls(document.as_object_mut().unwrap());
        assert_eq!(document, json!({"b": [{}], "customFields": {"d": null}}));
    }
}
