//! Control endpoints for what the sandbox has recorded, and for the operations it has.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use serde_json::{Value, json};

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::endpoints::api_endpoints;
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;
use crate::values::bounded_log::BoundedLog;

pub(crate) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/outbox",
        outbox,
        "messages that the service would have sent",
    )
    .query(PAGE),
    ControlEndpoint::new(HttpMethod::Delete, "/sandbox/outbox", clear_outbox, "clear the outbox"),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/requests",
        requests,
        "received requests and their responses, with credentials and bodies",
    )
    .query(PAGE),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/requests",
        clear_requests,
        "clear the received requests",
    ),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/ledger",
        ledger,
        "applied changes and sent messages",
    )
    .query(PAGE),
    ControlEndpoint::new(HttpMethod::Delete, "/sandbox/ledger", clear_ledger, "clear the ledger"),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/endpoints",
        permission_table,
        "operations, the permissions that they require, and the changes that they record",
    ),
];

fn outbox(shared: &Shared, request: &ApiRequest) -> ApiResult {
    records(&shared.read().outbox, request, to_json)
}

fn clear_outbox(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.state().outbox.clear();
    Ok(ApiResponse::no_content())
}

fn requests(shared: &Shared, request: &ApiRequest) -> ApiResult {
    records(&shared.requests(), request, |request| Ok(request.to_json()))
}

fn clear_requests(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.clear_requests();
    Ok(ApiResponse::no_content())
}

fn ledger(shared: &Shared, request: &ApiRequest) -> ApiResult {
    records(&shared.read().ledger, request, to_json)
}

fn clear_ledger(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.state().ledger.clear();
    Ok(ApiResponse::no_content())
}

fn permission_table(_: &Shared, _: &ApiRequest) -> ApiResult {
    Ok(ApiResponse::ok(api_endpoints().map(row).collect::<Vec<Value>>()))
}

/// Describes an operation; `own`: users need no permission to call it for themselves.
fn row(endpoint: &Endpoint) -> Value {
    json!({
        "method": endpoint.method.as_str(),
        "path": endpoint.path,
        "permission": endpoint.permission.map(|permission| permission.id),
        "documented": endpoint.permission.is_some_and(|permission| permission.is_documented),
        "scope": endpoint.scope,
        "own": !endpoint.self_needs_permission && endpoint.path.contains("{userId}"),
        "onlyUsers": endpoint.only_users,
        "ledger": endpoint.change.map(|it| json!({"kind": it.kind, "operation": it.operation})),
    })
}

/// Returns a page of a log, oldest entries first, with a link to the next page if there is one.
///
/// `after` is the number of an entry, and `count` limits the number of entries.
fn records<T>(
    log: &BoundedLog<T>,
    request: &ApiRequest,
    show: impl Fn(&T) -> Result<Value, ApiError>,
) -> ApiResult {
    let after = request.query.number("after")?.unwrap_or_default();
    let count = request.query.number("count")?.unwrap_or(MAX_COUNT);
    if count == 0 {
        return Err(ApiError::bad_request("Parameter \"count\" must be at least 1."));
    }
    let after = u64::try_from(after).unwrap_or(u64::MAX);
    let page = log.after(after, count.min(MAX_COUNT), MAX_PAGE_BYTES);
    let mut shown = Vec::with_capacity(page.entries.len());
    for (number, entry) in &page.entries {
        let mut entry = show(entry)?;
        if let Some(entry) = entry.as_object_mut() {
            entry.insert("number".to_owned(), (*number).into());
        }
        shown.push(entry);
    }
    let response = ApiResponse::ok(shown);
    match page.entries.last().filter(|_| page.has_more) {
        Some((last, _)) => {
            let path = request.path();
            Ok(response.with_next(&format!("{path}?after={last}&count={count}")))
        }
        None => Ok(response),
    }
}

fn to_json(entry: &impl serde::Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(entry).map_err(|error| ApiError::internal(error.to_string()))
}

/// Query parameters of a list of records.
const PAGE: &str = "?after=N&count=N";
/// Limits of a page of records.
const MAX_COUNT: usize = 1000;
const MAX_PAGE_BYTES: usize = 8 << 20;
