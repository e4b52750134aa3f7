//! Responses of the operations.

use serde_json::{Map, Value, json};

use super::examples::{Examples, error_example};
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::operation::{Evidence, SuccessBody};
use crate::resources::endpoints::api_endpoints;
use crate::values::behavior_rules::Rules;

/// Returns the responses of an operation, by status.
pub(super) fn of(endpoint: &Endpoint, rules: &Rules, examples: &Examples) -> Value {
    let docs = endpoint.operation;
    let mut responses = Map::new();
    let mut done = success(docs.content, rules, examples);
    if docs.status == 201 {
        done["links"] = links(endpoint).into();
    }
    responses.insert(docs.status.to_string(), done);
    for (status, name, ..) in SHARED {
        let occurs = match *status {
            404 => {
                endpoint.path.contains('{') || rules.foreign_namespace_hidden && docs.body.is_some()
            }
            406 => rules.accept_required,
            500 => !matches!(endpoint.method, HttpMethod::Get),
            _ => true,
        };
        if occurs {
            let target = format!("#/components/responses/{name}");
            responses.insert(status.to_string(), json!({"$ref": target}));
        }
    }
    for case in docs.errors.iter().filter(|case| (case.occurs)(rules)) {
        let response = error(case.status, case.description, Some(case.evidence));
        responses.insert(case.status.to_string(), response);
    }
    responses.into()
}

/// Returns the operations on the object that an operation creates.
fn links(creation: &Endpoint) -> Map<String, Value> {
    let below = |endpoint: &&Endpoint| {
        let rest = endpoint.path.strip_prefix(creation.path)?.strip_prefix("/{")?;
        let (name, rest) = rest.split_once('}')?;
        // Of two parameters, the object has only one.
        (!rest.contains('{')).then(|| {
            let id = endpoint.operation.id;
            let from = json!({name: "$response.body#/id"});
            (id.to_owned(), json!({"operationId": id, "parameters": from}))
        })
    };
    api_endpoints().filter_map(|endpoint| below(&endpoint)).collect()
}

fn success(content: SuccessBody, rules: &Rules, examples: &Examples) -> Value {
    let headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let (description, schema, example) = match content {
        SuccessBody::Nothing => {
            return json!({"description": "Done. There is no body.", "headers": headers});
        }
        SuccessBody::One(name) => ("Done.", reference(name), examples.of(name).cloned()),
        SuccessBody::List(name) => (
            "The complete list.",
            json!({"type": "array", "items": reference(name)}),
            examples.of(name).map(|example| json!([example])),
        ),
        SuccessBody::Page(name) => (
            "A part of the list.",
            reference(&format!("{name}Page")),
            examples.of(name).map(|example| page(example, rules)),
        ),
    };
    let mut media = json!({"schema": schema});
    if let Some(example) = example {
        media["example"] = example;
    }
    json!({
        "description": description,
        "headers": headers,
        "content": {"application/json": media},
    })
}

fn page(example: &Value, rules: &Rules) -> Value {
    let mut page = json!({"resources": [example], "startIndex": 0, "itemsPerPage": 50});
    if !rules.page_total_omitted {
        page["totalResults"] = 1.into();
    }
    page
}

/// Returns the errors that all operations share, by name.
pub(super) fn shared(rules: &Rules) -> Value {
    let all = SHARED.iter().filter(|(status, ..)| *status != 406 || rules.accept_required);
    all.map(|(status, name, description, evidence)| {
        ((*name).to_owned(), error(*status, description, *evidence))
    })
    .collect::<Map<_, _>>()
    .into()
}

fn error(status: u16, description: &str, evidence: Option<Evidence>) -> Value {
    let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
    match status {
        401 => headers["WWW-Authenticate"] = json!({"$ref": "#/components/headers/Challenge"}),
        503 => headers["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"}),
        _ => {}
    }
    let mut response = json!({
        "description": description,
        "headers": headers,
        "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Error"},
            "example": error_example(status),
        }},
    });
    if let Some(evidence) = evidence {
        response["x-evidence"] = evidence.as_str().into();
    }
    response
}

/// Returns the headers of responses, by name.
pub(super) fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Identifier of the request; that of the request's header, if it has \
                            one.",
            "required": true,
            "schema": {"type": "string"},
        },
        "Challenge": {
            "description": "How to authenticate.",
            "required": true,
            "schema": {"type": "string"},
        },
        "RetryAfter": {
            "description": "Seconds after which a repetition may succeed.",
            "required": true,
            "schema": {"type": "integer", "minimum": 0},
        },
    })
}

/// Errors that most operations can respond with; those without evidence are the sandbox's own.
const SHARED: &[(u16, &str, &str, Option<Evidence>)] = &[
    (
        400,
        "BadRequest",
        "The request is malformed, or breaks a rule of the namespace.",
        Some(Evidence::Inferred),
    ),
    (401, "Unauthorized", "Credentials are missing or invalid.", Some(Evidence::Inferred)),
    (
        403,
        "Forbidden",
        "The caller lacks the permission, the scope or access to the namespace, or the request \
         comes from the page of another origin.",
        Some(Evidence::Documented),
    ),
    (404, "NotFound", "There is no such object.", Some(Evidence::Inferred)),
    (
        406,
        "NotAcceptable",
        "The request lacks the header `Accept: application/json`.",
        Some(Evidence::Inferred),
    ),
    (408, "RequestTimeout", "The body was not received in time.", None),
    (413, "ContentTooLarge", "The body is longer than 10 MiB.", None),
    (414, "UriTooLong", "The path and the query are longer than 16 KiB.", None),
    (500, "NotKept", "The change could not be written to the file of `--data`.", None),
    (503, "Overloaded", "Too many requests or responses are in memory.", None),
];
