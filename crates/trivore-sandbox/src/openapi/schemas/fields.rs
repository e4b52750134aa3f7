//! Schemas of the tables of fields that requests are checked against.

use serde_json::{Map, Value, json};

use super::by_name::Schemas;
use crate::values::behavior_rules::Rules;
use crate::values::field_types::{FieldType, Fields};

/// Whether a schema is that of what clients send or of what they receive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Every field may be `null`.
    Request,
    Response,
}

/// Returns the schema of an object, and adds those of objects within it.
pub(super) fn object(
    fields: Fields,
    direction: Direction,
    rules: &Rules,
    nested: &mut Schemas,
) -> Value {
    let properties = fields
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), field(name, *kind, direction, rules, nested)));
    json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
}

fn field(
    name: &str,
    kind: FieldType,
    direction: Direction,
    rules: &Rules,
    nested: &mut Schemas,
) -> Value {
    let mut schema = match kind {
        FieldType::Any => json!({}),
        FieldType::Choice(choices) if rules.unknown_choices_refused => {
            json!({"type": "string", "enum": choices})
        }
        FieldType::Choice(choices) => json!({"type": "string", "examples": choices}),
        FieldType::Flag => json!({"type": "boolean"}),
        FieldType::Map => json!({"type": "object"}),
        FieldType::Number => json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
        FieldType::Text => json!({"type": "string"}),
        FieldType::Texts => json!({"type": "array", "items": {"type": "string"}}),
        FieldType::Object(fields) => reference(name, fields, direction, rules, nested),
        FieldType::Objects(fields) => {
            json!({"type": "array", "items": reference(name, fields, direction, rules, nested)})
        }
    };
    if direction == Direction::Request {
        allow_null(&mut schema);
    }
    schema
}

/// Also allows `null`.
pub(super) fn allow_null(schema: &mut Value) {
    if schema.get("$ref").is_some() {
        *schema = json!({"anyOf": [schema, {"type": "null"}]});
        return;
    }
    if let Some(Value::String(name)) = schema.get("type") {
        let types = json!([name, "null"]);
        schema["type"] = types;
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.push(Value::Null);
    }
}

/// Adds the schema of a nested object, and refers to it.
fn reference(
    field: &str,
    fields: Fields,
    direction: Direction,
    rules: &Rules,
    nested: &mut Schemas,
) -> Value {
    let name = type_name(field);
    let name = match direction {
        Direction::Request => format!("{name}Input"),
        Direction::Response => name.to_owned(),
    };
    if !nested.contains_key(&name) {
        let schema = object(fields, direction, rules, nested);
        nested.insert(name.clone(), schema);
    }
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns the name of the type of a field that holds objects.
fn type_name(field: &str) -> &str {
    let known = TYPE_NAMES.iter().find(|(name, _)| *name == field);
    known.map_or(field, |(_, name)| name)
}

/// The types have the same names in `trivore-models`, if it has them.
const TYPE_NAMES: &[(&str, &str)] = &[
    ("addresses", "Address"),
    ("consents", "Consents"),
    ("customerSupport", "EnterpriseContactInfo"),
    ("defaultGroupPolicy", "GroupPolicy"),
    ("emails", "EmailAddress"),
    ("general", "EnterpriseContactInfo"),
    ("mobiles", "Mobile"),
    ("name", "Names"),
    ("names", "Names"),
    ("place_of_birth", "PlaceOfBirth"),
    ("sales", "EnterpriseContactInfo"),
    ("service", "EnterpriseContactInfo"),
    ("smsSettings", "SmsSettings"),
];
