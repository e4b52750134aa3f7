//! What a change of an object did, field by field.

use serde::Serialize;
use serde_json::{Map, Value};
use trivore::models::User;

use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// A field that has another value than before; `null` if it has none.
#[derive(Debug, PartialEq, Serialize)]
struct FieldChange {
    field: String,
    before: Value,
    after: Value,
}

/// Returns the fields that differ, by their paths with dots, without those that only the service
/// sets.
fn field_changes(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", before, after, &mut changes);
    changes.retain(|change| {
        let name = change.field.split('.').next().unwrap_or_default();
        !User::READ_ONLY_FIELDS.contains(&name)
    });
    changes
}

/// Checks the columns of [`write_changes`] before anything is sent.
pub(crate) fn check_change_columns(context: &Context) -> Result<(), Failure> {
    context.check_columns(&COLUMNS)
}

/// Writes what a change did, and says so if there was nothing to change.
///
/// # Errors
///
/// The service left fields as they were that were to be `wanted`.
pub(crate) fn write_changes(
    context: &Context,
    before: &Value,
    wanted: &Value,
    after: &Value,
) -> Result<(), Failure> {
    let (wanted, made) = (field_changes(before, wanted), field_changes(before, after));
    let output = context.output();
    let mut rows = output.rows(&COLUMNS);
    for change in &made {
        rows.add(change)?;
    }
    rows.finish()?;
    if wanted.is_empty() {
        context.tell("Nothing to change: all fields have these values already.");
    }
    let is_made = |field: &str| made.iter().any(|change| is_within(&change.field, field));
    let ignored = wanted.iter().map(|change| change.field.as_str()).filter(|it| !is_made(it));
    let ignored: Vec<_> = ignored.collect();
    if ignored.is_empty() {
        return Ok(());
    }
    let message = format!("the service left unchanged: {}", ignored.join(", "));
    Err(Failure::new(FailureKind::Refused, message))
}

/// Whether one of two paths is within the other, or they are the same.
fn is_within(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn compare(path: &str, before: &Value, after: &Value, changes: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    let empty = Map::new();
    let members = |value: &Value| value.as_object().cloned();
    let (old, new) = match (members(before), members(after)) {
        (Some(old), Some(new)) => (old, new),
        (Some(old), None) if after.is_null() && !old.is_empty() => (old, empty),
        (None, Some(new)) if before.is_null() && !new.is_empty() => (empty, new),
        _ => {
            let (before, after) = (before.clone(), after.clone());
            changes.push(FieldChange { field: path.to_owned(), before, after });
            return;
        }
    };
    let added = new.keys().filter(|name| !old.contains_key(*name));
    for name in old.keys().chain(added) {
        let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let value = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
        compare(&inner, &value(&old), &value(&new), changes);
    }
}

const COLUMNS: [&str; 3] = ["field", "before", "after"];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FieldChange, field_changes};

    #[test]
    fn changes_are_named_by_the_paths_of_the_innermost_fields() {
        let before = json!({
            "id": "1", "meta": {"lastModified": "a"}, "locale": "fi", "tags": ["a"],
            "name": {"givenName": "Jane", "familyName": "Roe"},
        });
        let after = json!({
            "id": "1", "meta": {"lastModified": "b"}, "tags": ["a", "b"],
            "name": {"givenName": "Joan", "familyName": "Roe"}, "customFields": {"shoeSize": 38},
        });

        let change = |field: &str, before: Value, after: Value| FieldChange {
            field: field.to_owned(),
            before,
            after,
        };
        let mut changes = field_changes(&before, &after);
        changes.sort_by(|a, b| a.field.cmp(&b.field));
        assert_eq!(
            changes,
            [
                change("customFields.shoeSize", Value::Null, json!(38)),
                change("locale", json!("fi"), Value::Null),
                change("name.givenName", json!("Jane"), json!("Joan")),
                change("tags", json!(["a"]), json!(["a", "b"])),
            ]
        );
        assert_eq!(field_changes(&after, &after), []);
    }
}
