//! Checks values against the schemas of an OpenAPI document.
//!
//! It knows the keywords that the document uses, except for patterns and formats.

use serde_json::Value;

/// Returns what is wrong with a value, each problem with its path.
pub(super) fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "$", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target.strip_prefix('#').expect("references are within the document");
        match document.pointer(pointer) {
            Some(schema) => check(document, schema, value, path, found),
            None => found.push(format!("{path}: {target} does not exist")),
        }
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        let fits = |schema: &Value| problems(document, schema, value).is_empty();
        if !alternatives.iter().any(fits) {
            found.push(format!("{path}: fits no alternative"));
        }
    }
    let types = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|name| is_of_type(value, name)) {
        found.push(format!("{path}: {value} is not of type {types:?}"));
    }
    if schema["enum"].as_array().is_some_and(|choices| !choices.contains(value)) {
        found.push(format!("{path}: {value} is not among {}", schema["enum"]));
    }
    let size = match value {
        Value::String(text) => Some((text.chars().count(), "minLength", "maxLength")),
        Value::Array(items) => Some((items.len(), "minItems", "maxItems")),
        _ => None,
    };
    if let Some((size, least, most)) = size {
        let size = u64::try_from(size).unwrap();
        if schema[least].as_u64().is_some_and(|least| size < least)
            || schema[most].as_u64().is_some_and(|most| size > most)
        {
            found.push(format!("{path}: size {size}"));
        }
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.is_object() && value.get(required.as_str().unwrap()).is_none() {
            found.push(format!("{path}: {required} is missing"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        if let Some(schema) = schema["properties"].get(name) {
            check(document, schema, member, &format!("{path}.{name}"), found);
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        if let Some(schema) = schema.get("items") {
            check(document, schema, item, &format!("{path}[{index}]"), found);
        }
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        _ => false,
    }
}
