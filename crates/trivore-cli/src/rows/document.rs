//! Fields of a row's JSON object by their paths.

use serde_json::{Map, Value};

use super::fields::{FieldType, find};

/// A row as a JSON object, with the API's names.
pub(crate) type Document = Map<String, Value>;

/// Sets the field at a path; lists and objects on the way are made as they are needed.
///
/// Returns `false` if something on the way is no object, or if the field is there already and the
/// two cannot be joined.
pub(crate) fn set(document: &mut Document, path: &[String], value: Value) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let is_list = matches!(find([first.as_str()]), Some(FieldType::Objects(..)));
    let next = document.entry(first.as_str()).or_insert(Value::Null);
    if is_list && next.is_null() {
        *next = Value::Array(Vec::new());
    }
    set_in(next, rest, value)
}

/// Puts the members of one object into another where it has none, at every depth.
///
/// A member that is `null` stays, since it clears a field.
pub(crate) fn fill(into: &mut Document, from: &Document) {
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (None, _) => {
                into.insert(name.clone(), value.clone());
            }
            (Some(Value::Object(into)), Value::Object(from)) => fill(into, from),
            (Some(_), _) => {}
        }
    }
}

fn set_in(place: &mut Value, path: &[String], value: Value) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return join(place, value);
    };
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    match place {
        Value::Object(members) => {
            set_in(members.entry(name.as_str()).or_insert(Value::Null), rest, value)
        }
        Value::Array(items) => {
            let Ok(at) = name.parse::<usize>() else { return false };
            // A list that is built element by element has no place far behind its end.
            if at > items.len() + MOST_GAPS {
                return false;
            }
            while items.len() <= at {
                items.push(Value::Null);
            }
            items.get_mut(at).is_some_and(|item| set_in(item, rest, value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Sets a value, adds items to a list, or members to an object.
fn join(place: &mut Value, value: Value) -> bool {
    match (place, value) {
        (Value::Array(items), Value::Array(more)) => items.extend(more),
        (Value::Object(members), Value::Object(more)) => members.extend(more),
        (place @ Value::Null, value) => *place = value,
        _ => return false,
    }
    true
}

/// Columns of a list need not be in order, so some elements can be set before those before them.
const MOST_GAPS: usize = 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Document, fill, set};

    #[test]
    fn fields_are_set_by_paths() {
        let mut document = Document::new();
        for (path, value) in [
            ("username", json!("jane")),
            ("name.givenName", json!("Jane")),
            ("name.familyName", json!("Roe")),
            ("emails", json!([{"address": "a@b.c"}])),
            ("emails", json!([{"address": "d@e.f"}])),
            ("emails.1.verified", json!(true)),
            ("addresses.1.country", json!("FI")),
            ("customFields.a.0", json!(1)),
        ] {
            let path: Vec<_> = path.split('.').map(str::to_owned).collect();
            assert!(set(&mut document, &path, value), "{path:?}");
        }
        assert_eq!(
            json!(document),
            json!({
                "username": "jane",
                "name": {"givenName": "Jane", "familyName": "Roe"},
                "emails": [{"address": "a@b.c"}, {"address": "d@e.f", "verified": true}],
                "addresses": [null, {"country": "FI"}],
                "customFields": {"a": {"0": 1}},
            })
        );
        assert!(set(&mut document, &["customFields", "b"].map(str::to_owned), json!([1])));
        for path in ["username", "username.x", "customFields.b.99999999999"] {
            let path: Vec<_> = path.split('.').map(str::to_owned).collect();
            assert!(!set(&mut document, &path, json!(1)), "{path:?}");
        }
    }

    #[test]
    fn what_is_there_is_not_filled() {
        let mut into = json!({"a": {"b": 1}, "c": null});
        fill(
            into.as_object_mut().unwrap(),
            json!({"a": {"b": 2, "d": 3}, "c": 4, "e": 5}).as_object().unwrap(),
        );
        assert_eq!(into, json!({"a": {"b": 1, "d": 3}, "c": null, "e": 5}));
    }
}
