//! Shows the type of a value in one line.

use serde_json::Value;

use super::html::Html;

/// Writes what values a schema allows, with links to other schemas.
pub(super) fn show_type(html: &mut Html, schema: &Value) {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        html.element("a", &[("href", &format!("#schema-{name}"))], |html| html.text(name));
    } else if let Some(alternatives) = schema["anyOf"].as_array() {
        for (index, alternative) in alternatives.iter().enumerate() {
            if index > 0 {
                html.text(" or ");
            }
            show_type(html, alternative);
        }
    } else if let Some(items) = schema.get("items") {
        html.text("list of ");
        show_type(html, items);
        if allows_null(schema) {
            html.text(" or null");
        }
    } else {
        html.text(&types(schema).join(" or "));
    }
    show_values(html, schema);
    let limits = limits(schema);
    if !limits.is_empty() {
        html.leaf("small", &[("class", "limits")], &limits.join(", "));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        html.text(" ");
        html.leaf("code", &[], pattern);
    }
    if let Some(pattern) = schema["propertyNames"]["pattern"].as_str() {
        html.text(" with names ");
        html.leaf("code", &[], pattern);
    }
}

fn show_values(html: &mut Html, schema: &Value) {
    let (label, values) = match (schema["enum"].as_array(), schema["examples"].as_array()) {
        (Some(values), _) => (" one of ", values),
        (None, Some(values)) => (" such as ", values),
        (None, None) => return,
    };
    html.text(label);
    for (index, value) in values.iter().filter(|value| !value.is_null()).enumerate() {
        if index > 0 {
            html.text(", ");
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        html.leaf("code", &[], &text);
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any value"],
    }
}

fn allows_null(schema: &Value) -> bool {
    types(schema).contains(&"null")
}

fn limits(schema: &Value) -> Vec<String> {
    let known = [
        ("minLength", "at least", " characters"),
        ("maxLength", "at most", " characters"),
        ("minItems", "at least", " items"),
        ("maxItems", "at most", " items"),
        ("minimum", "at least", ""),
        ("maximum", "at most", ""),
        ("default", "by default", ""),
        ("format", "format", ""),
    ];
    let limits = known.into_iter().filter_map(|(key, before, after)| {
        let limit = schema.get(key)?;
        // The range of 64-bit integers limits no one.
        if [Some(i64::MIN), Some(i64::MAX)].contains(&limit.as_i64()) {
            return None;
        }
        let limit = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
        Some(format!("{before} {limit}{after}"))
    });
    limits.collect()
}
