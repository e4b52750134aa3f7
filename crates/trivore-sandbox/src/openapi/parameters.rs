//! Parameters of the operations.

use serde_json::{Value, json};

use crate::api::operation::QueryParameter;
use crate::values::behavior_rules::Rules;

/// Describes the parameters in a path.
pub(super) fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'));
    let described = names.filter_map(|name| {
        let (_, description, example) = PATH.iter().find(|(known, ..)| *known == name)?;
        Some(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": description,
            "schema": {"type": "string", "minLength": 1},
            "example": example,
        }))
    });
    described.collect()
}

/// Describes the parameters of a query.
pub(super) fn query_parameters(
    parameters: &'static [QueryParameter],
    rules: &Rules,
) -> impl Iterator<Item = Value> {
    parameters.iter().map(|parameter| {
        let schema = (parameter.schema)(rules);
        let example = match schema["type"].as_str() {
            Some("integer") => parameter.example.parse::<u64>().map_or(Value::Null, Value::from),
            _ => parameter.example.into(),
        };
        json!({
            "name": parameter.name,
            "in": "query",
            "description": parameter.description,
            "schema": schema,
            "example": example,
            "x-evidence": parameter.evidence.as_str(),
        })
    })
}

/// Names of parameters in paths, with descriptions and examples.
const PATH: &[(&str, &str, &str)] = &[
    (
        "userId",
        "Identifier of a user, 24 lower-case hexadecimal digits; never the username.",
        "5b0cfba4e2bb230ff8b535e6",
    ),
    ("groupId", "Identifier of a group.", "5b0cfba4e2bb230ff8b535e7"),
    ("idOrCode", "Identifier or code of a namespace.", "sandbox"),
    ("roleId", "Identifier of a custom role.", "5b0cfba4e2bb230ff8b535e8"),
    ("permissionId", "Identifier of a permission.", "ACCOUNT_VIEW"),
    ("entryId", "Identifier of a strong identification.", "5b0cfba4e2bb230ff8b535e9"),
    ("code", "Code that was sent in the text message.", "123456"),
];
