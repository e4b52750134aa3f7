//! The published JSON schema of seeds.

use serde_json::{Map, Value, json};

use super::format::{ROOT, Section};
use super::shape::Shape;
use crate::values::field_types::{FieldType, Fields};

/// Returns the JSON schema of a seed.
fn schema() -> Value {
    let root = ROOT.iter().map(|(name, shape)| ((*name).to_owned(), schema_of(*shape)));
    let sections = Section::ALL.into_iter().map(|section| {
        (section.name().to_owned(), json!({"type": "array", "items": schema_of(section.shape())}))
    });
    let properties: Map<String, Value> = root.chain(sections).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Seed of the Trivore ID sandbox",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn schema_of(shape: Shape) -> Value {
    match shape {
        Shape::Field(FieldType::Any) => json!({}),
        Shape::Field(FieldType::Choice(choices)) => json!({"enum": choices}),
        Shape::Field(FieldType::Flag) => json!({"type": "boolean"}),
        Shape::Field(FieldType::Map) => json!({"type": "object"}),
        Shape::Field(FieldType::Number) => json!({"type": "integer"}),
        Shape::Field(FieldType::Object(fields)) => object_schema(&[], fields),
        Shape::Field(FieldType::Text) => json!({"type": "string"}),
        Shape::Field(FieldType::Objects(_) | FieldType::Texts) | Shape::List(_) => {
            json!({"type": "array", "items": shape.element().map(schema_of)})
        }
        Shape::MapOf(member) => {
            json!({"type": "object", "additionalProperties": schema_of(*member)})
        }
        Shape::Object(own, fields) => object_schema(own, fields),
        Shape::Time => json!({"type": "string", "format": "date-time"}),
    }
}

fn object_schema(own: &[(&str, Shape)], fields: Fields) -> Value {
    let own = own.iter().map(|(name, shape)| ((*name).to_owned(), schema_of(*shape)));
    let fields =
        fields.iter().map(|(name, kind)| ((*name).to_owned(), schema_of(Shape::Field(*kind))));
    let properties: Map<String, Value> = fields.chain(own).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

#[test]
fn the_published_schema_describes_the_format() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/seed.schema.json");
    let expected = format!("{:#}\n", schema());
    // After a change of the format: TRIVORE_WRITE_SCHEMA=1 cargo test -p trivore-sandbox schema
    if std::env::var_os("TRIVORE_WRITE_SCHEMA").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
}
