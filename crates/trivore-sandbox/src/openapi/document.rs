//! Makes the OpenAPI document.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::examples::Examples;
use super::parameters::{path_parameters, query_parameters};
use super::schemas::{Schemas, components, page};
use super::{responses, security};
use crate::api::endpoint::Endpoint;
use crate::api::operation::{Evidence, SuccessBody, Tag};
use crate::resources::endpoints::api_endpoints;
use crate::values::behavior_rules::Rules;
use crate::values::paths::API;

/// Returns the OpenAPI 3.1 document of the Management API under these rules.
///
/// `url` is the address of the server.
pub(crate) fn document(url: &str, rules: &Rules) -> Value {
    let examples = Examples::read();
    let mut schemas = components(rules);
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in api_endpoints() {
        if let SuccessBody::Page(item) = endpoint.operation.content {
            schemas.insert(format!("{item}Page"), page(item, rules));
        }
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint, rules, &examples);
    }
    let tags = Tag::ALL.map(|tag| json!({"name": tag.name(), "description": tag.description()}));
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trivore ID Management API, as the sandbox serves it",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": format!("{url}{API}"), "description": "This sandbox."}],
        "tags": tags,
        "paths": paths,
        "components": {
            "headers": responses::headers(),
            "responses": responses::shared(rules),
            "securitySchemes": security::schemes(url, rules),
        },
        "x-rules": rules_in_force(rules),
    });
    let schemas = used(schemas, &document);
    document["components"]["schemas"] = schemas.into();
    document
}

fn operation(endpoint: &Endpoint, rules: &Rules, examples: &Examples) -> Value {
    let docs = endpoint.operation;
    let mut operation = json!({
        "operationId": docs.id,
        "tags": [docs.tag.name()],
        "summary": docs.summary,
        "security": security::requirements(endpoint, rules),
        "responses": responses::of(endpoint, rules, examples),
        "x-evidence": docs.evidence.as_str(),
        "x-safety": docs.safety.as_str(),
    });
    if !docs.notes.is_empty() {
        operation["description"] = docs.notes.into();
    }
    let mut parameters = path_parameters(endpoint.path);
    parameters.extend(query_parameters(docs.query, rules));
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = docs.body {
        let mut content = json!({
            "schema": {"$ref": format!("#/components/schemas/{}", body.schema)},
        });
        if let Some(example) = examples.of(body.schema) {
            content["example"] = example.clone();
        }
        operation["requestBody"] =
            json!({"required": body.is_required, "content": {"application/json": content}});
    }
    if let Some(permission) = endpoint.permission {
        operation["x-permission"] = json!({
            "id": permission.id,
            "evidence": Evidence::of_flag(permission.is_documented).as_str(),
            "ownUserNeedsIt": endpoint.self_needs_permission && !rules.self_may_grant,
        });
    }
    if let Some(scope) = endpoint.scope {
        operation["x-scope"] = json!({
            "name": security::full_name(scope),
            "evidence": Evidence::Inferred.as_str(),
            "enforced": rules.scopes_enforced,
        });
    }
    let only_users = endpoint.only_users || docs.grants && !rules.api_client_may_grant;
    operation["x-callers"] =
        if only_users { json!(["user"]) } else { json!(["api-client", "user"]) };
    operation
}

/// Returns the schemas to which the document refers, directly or through others.
fn used(mut schemas: Schemas, document: &Value) -> Schemas {
    let mut open = Vec::new();
    references(document, &mut open);
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.get(&name)
            && found.insert(name)
        {
            references(schema, &mut open);
        }
    }
    schemas.retain(|name, _| found.contains(name));
    schemas
}

/// Adds the names of all schemas to which a value refers.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref")
                && let Some(name) = target.strip_prefix("#/components/schemas/")
            {
                names.push(name.to_owned());
            }
            members.values().for_each(|member| references(member, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn rules_in_force(rules: &Rules) -> Vec<Value> {
    let all = rules.list().into_iter().map(|rule| {
        json!({
            "name": rule.name,
            "on": rule.on,
            "description": rule.text,
            "evidence": Evidence::of_flag(rule.is_documented).as_str(),
        })
    });
    all.collect()
}

const DESCRIPTION: &str = "\
The Management API of Trivore ID, as this sandbox accepts and returns it. The document of the \
service itself is not public, so it may differ.

Facts have one of three marks, in `x-evidence` and `evidence`: **documented** by the vendor's \
documentation or client, **observed** in the vendor's tests or in programs in production, or \
**inferred** from other facts. The mark of an operation is that of its path, method and success; a \
field has its own if it differs. Errors without a mark are the sandbox's own limits.

`x-rules` lists the rules in force, which switch behavior about which the public documents say \
little. They change this document. `x-safety` says what a repeated call does, `x-permission` what \
the caller needs, and `x-scope` what a token needs if the rule `scopes-enforced` is on.

Objects keep fields that no schema names, unless a rule says otherwise. Not described are responses \
that come from injected faults, data in another form that a test has put in through a seed, the \
paths under `/sandbox/` or other rules, and operations of the service that this sandbox lacks, which respond \
with 501.";
