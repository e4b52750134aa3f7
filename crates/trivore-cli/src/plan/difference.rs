//! What a row says otherwise than a stored user.
//!
//! Only what the row mentions is compared. Objects are compared and merged member by member, and
//! `null` clears; lists are complete. What the service changes when it stores a value is no
//! difference.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use trivore::models::{Timestamp, User};

use super::group_names::GroupNames;
use crate::rows::Document;

/// Returns the stored user with what the row says; equal to the stored one if nothing differs.
pub(crate) fn merged(stored: &Document, row: &Document, groups: &GroupNames) -> Document {
    let mut merged = stored.clone();
    for (name, wanted) in row {
        let old = stored.get(name).unwrap_or(&Value::Null);
        let new = match name.as_str() {
            "tags" if lower_case(old) == lower_case(wanted) => continue,
            "memberOf" if groups.are_same(old, wanted) => continue,
            "username" if is_same_text(old, wanted, str::to_lowercase) => continue,
            "memberOf" => groups.identifiers(wanted),
            "emails" | "mobiles" | "addresses" => list(old, wanted),
            "customFields" if is_empty(old) && is_empty(wanted) => continue,
            // What is false or empty there is not the same as what is missing.
            "customFields" => value(old, wanted, is_equal),
            _ => value(old, wanted, is_same),
        };
        // That an empty list clears is documented, and that null does is not.
        let is_cleared_list = new.is_null() && old.is_array();
        put(&mut merged, name, if is_cleared_list { Value::Array(Vec::new()) } else { new });
    }
    merged
}

/// Returns the names of the fields that differ between two users.
pub(crate) fn changed_fields<'a>(before: &'a Document, after: &'a Document) -> Vec<&'a str> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).map(String::as_str).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).collect()
}

/// Whether a value is the same as a missing one.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().map_or_else(|| value.is_null(), Map::is_empty)
}

/// Returns the value that the wanted one makes of an old one.
fn value(old: &Value, wanted: &Value, is_same: fn(&Value, &Value) -> bool) -> Value {
    if is_same(old, wanted) {
        return old.clone();
    }
    match wanted {
        Value::Object(members) => {
            let mut new = old.as_object().cloned().unwrap_or_default();
            for (name, wanted) in members {
                let member = value(new.get(name).unwrap_or(&Value::Null), wanted, is_same);
                put(&mut new, name, member);
            }
            Value::Object(new)
        }
        // Text, numbers and lists are replaced.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            wanted.clone()
        }
    }
}

fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}

/// Whether the old value has all that is wanted; a blank one is the same as a missing one.
fn is_same(old: &Value, wanted: &Value) -> bool {
    (is_blank(old) && is_blank(wanted)) || has_all(old, wanted, is_same)
}

/// Whether the old value has all that is wanted.
fn is_equal(old: &Value, wanted: &Value) -> bool {
    has_all(old, wanted, is_equal)
}

fn has_all(old: &Value, wanted: &Value, is_same: fn(&Value, &Value) -> bool) -> bool {
    match (old, wanted) {
        (Value::Object(old), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| is_same(old.get(name).unwrap_or(&Value::Null), wanted)),
        (Value::Array(old), Value::Array(wanted)) => {
            old.len() == wanted.len()
                && old.iter().zip(wanted).all(|(old, wanted)| is_same(old, wanted))
        }
        (Value::Number(a), Value::Number(b)) => {
            a == b || (a.is_f64() != b.is_f64() && a.as_f64() == b.as_f64())
        }
        (Value::String(a), Value::String(b)) => a == b || is_same_time(a, b),
        _ => old == wanted,
    }
}

fn is_same_time(a: &str, b: &str) -> bool {
    let time = |text: &str| Timestamp::from(text).as_str().parse::<jiff::Timestamp>().ok();
    a.contains('T') && time(a).is_some_and(|time_of_a| Some(time_of_a) == time(b))
}

/// Returns the list of contacts or addresses that the wanted one makes of an old one.
///
/// An element keeps what the row does not say of it. It is found by its address, number or
/// identifier, or else as one that has all that the row says.
fn list(old: &Value, wanted: &Value) -> Value {
    let old_items = old.as_array().map(Vec::as_slice).unwrap_or_default();
    let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut used = BTreeSet::new();
    let items: Vec<_> = wanted
        .iter()
        .map(|wanted| {
            let found = old_items.iter().enumerate().find(|(at, old)| {
                !used.contains(at)
                    && identity(wanted).map_or_else(
                        || is_same(old, wanted),
                        |named| identity(old).is_some_and(|other| other == named),
                    )
            });
            let Some((at, old)) = found else { return value(&Value::Null, wanted, is_same) };
            used.insert(at);
            let mut kept = wanted.clone();
            // The spelling may be the service's.
            if let (Some(kept), Some((name, _))) = (kept.as_object_mut(), identity(old)) {
                kept.remove(name);
            }
            value(old, &kept, is_same)
        })
        .collect();
    let is_blank_again = items.is_empty() && is_blank(old);
    if is_blank_again { old.clone() } else { Value::Array(items) }
}

/// Returns what identifies an element of a list, without differences of spelling.
fn identity(item: &Value) -> Option<(&'static str, String)> {
    ["address", "number", "id"].into_iter().find_map(|name| {
        let text = item.get(name)?.as_str()?.trim();
        let normalized = match name {
            "address" => text.to_lowercase(),
            "number" => text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect(),
            _ => text.to_owned(),
        };
        Some((name, normalized))
    })
}

fn is_same_text(a: &Value, b: &Value, normalized: fn(&str) -> String) -> bool {
    let text = |value: &Value| value.as_str().map(normalized);
    text(a).is_some() && text(a) == text(b)
}

fn lower_case(tags: &Value) -> BTreeSet<String> {
    let tags = tags.as_array().into_iter().flatten();
    tags.filter_map(Value::as_str).map(User::stored_tag).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::group_names::GroupNames;
    use super::merged;

    #[track_caller]
    fn check(stored: &Value, row: &Value, expected: &Value) {
        let (stored, row) = (stored.as_object().unwrap(), row.as_object().unwrap());
        let merged = Value::Object(merged(stored, row, &GroupNames::default()));
        assert_eq!(merged, *expected, "{row:?}");
    }

    #[track_caller]
    fn check_same(stored: &Value, row: &Value) {
        check(stored, row, stored);
    }

    #[test]
    fn what_the_service_normalizes_or_decides_is_no_difference() {
        check_same(&json!({"tags": ["b", "a"]}), &json!({"tags": ["A", "b", "a"]}));
        check_same(&json!({"username": "jane"}), &json!({"username": "Jane"}));
        check_same(
            &json!({"emails": [{"address": "a@b.c", "verified": true, "tags": []}]}),
            &json!({"emails": [{"address": "A@B.c"}]}),
        );
        check_same(
            &json!({"mobiles": [{"number": "+358401234567", "verified": false}]}),
            &json!({"mobiles": [{"number": "+358 40 123-4567", "name": null}]}),
        );
        check_same(
            &json!({}),
            &json!({"locked": false, "title": "", "tags": [], "name": {"givenName": null}}),
        );
        check_same(
            &json!({"locked": false, "emails": []}),
            &json!({"locked": null, "emails": null}),
        );
        check_same(
            &json!({"customFields": {"n": 1.0, "t": "2026-01-01T00:00:00.000Z"}}),
            &json!({"customFields": {"n": 1, "t": "2026-01-01T02:00:00+02:00"}}),
        );
        check_same(
            &json!({"addresses": [{"id": "1", "country": "FI", "verified": false}]}),
            &json!({"addresses": [{"country": "FI"}]}),
        );
        check_same(&json!({}), &json!({"customFields": {}}));
        check_same(&json!({"memberOf": ["1", "2"]}), &json!({"memberOf": ["2", "1"]}));
    }

    #[test]
    fn only_what_the_row_says_changes() {
        check(
            &json!({"name": {"givenName": "A", "familyName": "B"}, "title": "Dr.", "minor": true}),
            &json!({"name": {"givenName": "C"}, "title": null}),
            &json!({"name": {"givenName": "C", "familyName": "B"}, "minor": true}),
        );
        check(
            &json!({"customFields": {"a": 1, "b": {"c": 2, "d": 3}}}),
            &json!({"customFields": {"a": null, "b": {"c": 4}, "e": [1, null]}}),
            &json!({"customFields": {"b": {"c": 4, "d": 3}, "e": [1, null]}}),
        );
        check(
            &json!({}),
            &json!({"name": {"givenName": "A", "middleName": null}}),
            &json!({"name": {"givenName": "A"}}),
        );
        check(
            &json!({}),
            &json!({"customFields": {"a": false, "b": "", "c": {}}}),
            &json!({"customFields": {"a": false, "b": "", "c": {}}}),
        );
        check(&json!({"tags": ["a"]}), &json!({"tags": []}), &json!({"tags": []}));
        check(&json!({"locked": true}), &json!({"locked": false}), &json!({"locked": false}));
    }

    #[test]
    fn elements_of_lists_keep_what_the_row_does_not_say() {
        check(
            &json!({"emails": [{"address": "a@b.c", "verified": true}, {"address": "d@e.f"}]}),
            &json!({"emails": [{"address": "new@x.y"}, {"address": "A@b.c", "name": "Work"}]}),
            &json!({"emails": [
                {"address": "new@x.y"}, {"address": "a@b.c", "verified": true, "name": "Work"},
            ]}),
        );
        check(
            &json!({"addresses": [{"id": "1", "country": "FI"}, {"id": "2", "country": "SE"}]}),
            &json!({"addresses": [{"country": "SE"}, {"country": "NO"}, {"id": "1", "region": "X"}]}),
            &json!({"addresses": [
                {"id": "2", "country": "SE"}, {"country": "NO"},
                {"id": "1", "country": "FI", "region": "X"},
            ]}),
        );
        // The first one is the primary one, so the order counts.
        check(
            &json!({"emails": [{"address": "a@b.c"}, {"address": "d@e.f"}]}),
            &json!({"emails": [{"address": "d@e.f"}, {"address": "a@b.c"}]}),
            &json!({"emails": [{"address": "d@e.f"}, {"address": "a@b.c"}]}),
        );
    }
}
