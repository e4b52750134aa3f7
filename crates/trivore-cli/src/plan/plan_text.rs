//! A plan as a person reads it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::group_names::GroupNames;
use super::key_field::KeyField;
use super::planned_change::{PlanSummary, PlannedChange};
use crate::nearest::nearest;
use crate::output::printable_line;
use crate::rows::Document;
use crate::secret_fields::{MASK, is_secret, mask};

/// Writes one change, field by field.
///
/// Groups have their names, as far as they are known. Without `show_secrets`, personal codes are
/// masked, also as the key.
pub(crate) fn write_change(
    out: &mut impl Write,
    change: &PlannedChange,
    key: &KeyField,
    groups: &GroupNames,
    show_secrets: bool,
) -> io::Result<()> {
    let (sign, style, id) = match change {
        PlannedChange::Create { .. } => ("+", CREATED, None),
        PlannedChange::Update { id, .. } => ("~", CHANGED, Some(id)),
        PlannedChange::Delete { id, .. } => ("-", DELETED, Some(id)),
    };
    let id = id.map(|id| format!("  ({id})")).unwrap_or_default();
    let (verb, key) = (change.verb(), shown_key(change, key, show_secrets));
    writeln!(out, "{style}{sign} {verb}{style:#} {key}{}", printable_line(&id))?;
    let (before, after) = change.values();
    let mut lines = Vec::new();
    for (name, new) in &after {
        let old = before.get(name).unwrap_or(&Value::Null);
        if name == "memberOf" {
            let (old, new) = (groups.names(old), groups.names(new));
            compare(name, name, &old, &new, show_secrets, &mut lines);
        } else {
            compare(name, name, old, new, show_secrets, &mut lines);
        }
    }
    for (path, old, new) in lines {
        let path = printable_line(&path);
        match change {
            PlannedChange::Create { .. } => writeln!(out, "    {path}: {new}")?,
            _ => writeln!(out, "    {path}: {old} -> {new}")?,
        }
    }
    Ok(())
}

/// Returns the key of a change as it is shown.
pub(crate) fn shown_key(change: &PlannedChange, key: &KeyField, show_secrets: bool) -> String {
    match key {
        KeyField::CustomField(name) if !show_secrets && is_secret(name) => MASK.to_owned(),
        _ => printable_line(change.key()),
    }
}

/// Says which groups the service creates unless they exist, with names that may have been meant.
pub(crate) fn new_groups(unknown: &[String], groups: &GroupNames) -> Option<String> {
    let shown = |name: &String| {
        let meant = nearest(name, groups.known());
        let meant = meant.map(|meant| format!(" (did you mean {}?)", printable_line(meant)));
        format!("{}{}", printable_line(name), meant.unwrap_or_default())
    };
    let names: Vec<_> = unknown.iter().map(shown).collect();
    let names = (!names.is_empty()).then(|| names.join(", "));
    names.map(|names| format!("Groups that are created unless they exist: {names}"))
}

/// Returns the counts of a plan in one line.
pub(crate) fn summary(counts: &PlanSummary) -> String {
    let PlanSummary { create, update, delete, unchanged, not_mentioned } = counts;
    format!(
        "Plan: {create} to create, {update} to change, {delete} to delete; {unchanged} unchanged, \
         {not_mentioned} not mentioned"
    )
}

/// Collects the members that differ, as path, old and new text.
fn compare(
    path: &str,
    name: &str,
    old: &Value,
    new: &Value,
    show_secrets: bool,
    lines: &mut Vec<(String, String, String)>,
) {
    let empty = Document::new();
    let is_object = |value: &Value| value.is_object() || value.is_null();
    if is_object(old) && is_object(new) && !(old.is_null() && new.is_null()) {
        let (old, new) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
        let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (old, new) = (old.get(name), new.get(name));
            let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
            let path = format!("{path}.{name}");
            if old != new {
                compare(&path, name, old, new, show_secrets, lines);
            }
        }
        return;
    }
    if old == new {
        return;
    }
    let hidden = |value: &Value| {
        let mut value = value.clone();
        if !show_secrets {
            mask(name, &mut value);
        }
        value
    };
    let (old, new) = (hidden(old), hidden(new));
    let (mut old_text, mut new_text) = (short(&old), short(&new));
    if old_text == new_text && old != new {
        // They differ in what the short form leaves out.
        (old_text, new_text) = (old.to_string(), new.to_string());
    }
    lines.push((path.to_owned(), printable_line(&old_text), printable_line(&new_text)));
}

/// Returns a value in a short form: of a contact, what identifies it.
fn short(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "(none)".to_owned(),
        Value::Array(items) => {
            let item =
                |item: &Value| match ["address", "number"].iter().find_map(|name| item.get(name)) {
                    Some(Value::String(text)) => text.clone(),
                    _ => short(item),
                };
            items.iter().map(item).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

const CREATED: Style = AnsiColor::Green.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const DELETED: Style = AnsiColor::Red.on_default();

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::write_change;
    use crate::plan::{GroupNames, KeyField};

    fn text(change: Value, show_secrets: bool) -> String {
        let change = serde_json::from_value(change).unwrap();
        let key = KeyField::CustomField("personalId".to_owned());
        let mut out = anstream::StripStream::new(Vec::new());
        write_change(&mut out, &change, &key, &GroupNames::default(), show_secrets).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn changes_are_told_field_by_field() {
        let change = json!({
            "operation": "update", "key": "jane", "id": "1", "lastModified": null,
            "before": {
                "name": {"givenName": "Jane", "familyName": "Roe"}, "title": "Dr.",
                "emails": [{"address": "a@b.c"}], "tags": ["a"],
            },
            "changes": {
                "name": {"givenName": "Ja\u{1b}net", "familyName": "Roe", "middleName": null},
                "title": null, "emails": [{"address": "a@b.c", "name": "Work"}], "tags": ["a", "b"],
                "locked": true,
            },
        });
        assert_eq!(
            text(change, false),
            "~ change ********  (1)
    emails: [{\"address\":\"a@b.c\"}] -> [{\"address\":\"a@b.c\",\"name\":\"Work\"}]
    locked: (none) -> true
    name.givenName: Jane -> Ja\u{fffd}net
    tags: a -> a, b
    title: Dr. -> (none)
"
        );
    }

    #[test]
    fn personal_codes_are_masked() {
        let change = json!({
            "operation": "create", "key": "jane", "user": {
                "username": "jane",
                "customFields": {"personalId": "131052-308T", "a": [{"personalId": "131052-308T"}]},
            },
        });
        let masked = text(change.clone(), false);
        assert!(masked.contains("customFields.personalId: ********") && !masked.contains("1310"));
        assert!(text(change, true).contains("customFields.personalId: 131052-308T"));
    }
}
