//! Schemas by name.

use serde_json::{Map, Value, json};

/// Schemas by name.
pub(in crate::openapi) type Schemas = Map<String, Value>;

/// Returns the properties of a schema.
pub(super) fn properties<'s>(schemas: &'s mut Schemas, name: &str) -> Option<&'s mut Schemas> {
    schemas.get_mut(name)?.get_mut("properties")?.as_object_mut()
}

/// Sets members of the schema of a property.
pub(super) fn set(schemas: &mut Schemas, name: &str, property: &str, members: Value) {
    let schema = properties(schemas, name).and_then(|it| it.get_mut(property)?.as_object_mut());
    if let (Some(schema), Value::Object(members)) = (schema, members) {
        if members.contains_key("$ref") {
            schema.remove("type");
        }
        schema.extend(members);
    }
}

/// Says that properties must be there.
pub(super) fn require(schemas: &mut Schemas, name: &str, required: &[&str]) {
    if let Some(schema) = schemas.get_mut(name).and_then(Value::as_object_mut) {
        let all = schema.entry("required").or_insert_with(|| json!([]));
        for name in required {
            if let Some(all) = all.as_array_mut().filter(|all| !all.contains(&json!(name))) {
                all.push((*name).into());
            }
        }
    }
}
