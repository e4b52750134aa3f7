//! Control endpoints for what the sandbox has recorded, its rules, its endpoints and its clock.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use std::time::Duration;

use serde_json::{Value, json};

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::endpoint_list::api_endpoints;
use crate::server::request_log::RecordedRequest;
use crate::server::shared::Shared;
use crate::store::outbox::Outbox;
use crate::values::api_error::ApiError;

pub(crate) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/outbox",
        outbox,
        "messages that the service would have sent",
    ),
    ControlEndpoint::new(HttpMethod::Delete, "/sandbox/outbox", clear_outbox, "clear the outbox"),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/requests",
        requests,
        "received requests, with credentials and bodies",
    ),
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
    ),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/rules",
        rules,
        "switches for behavior that the public documents leave unclear",
    ),
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/endpoints",
        permission_table,
        "operations, the permissions that they require, and the changes that they record",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/clock/advance",
        advance_clock,
        "move the clock forward",
    )
    .query("?seconds=N"),
];

fn outbox(shared: &Shared, _: &ApiRequest) -> ApiResult {
    to_json(shared.state().outbox.messages())
}

fn clear_outbox(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.state().outbox = Outbox::default();
    Ok(ApiResponse::no_content())
}

fn requests(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let requests = shared.requests().all();
    Ok(ApiResponse::ok(requests.iter().map(RecordedRequest::to_json).collect::<Vec<Value>>()))
}

fn clear_requests(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.requests().clear();
    Ok(ApiResponse::no_content())
}

fn ledger(shared: &Shared, _: &ApiRequest) -> ApiResult {
    to_json(&shared.state().ledger)
}

fn rules(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let rules = shared.state().rules.list();
    let rules =
        rules.iter().map(|rule| json!({"name": rule.name, "on": rule.on, "text": rule.text}));
    Ok(ApiResponse::ok(rules.collect::<Vec<Value>>()))
}

fn permission_table(_: &Shared, _: &ApiRequest) -> ApiResult {
    Ok(ApiResponse::ok(api_endpoints().map(row).collect::<Vec<Value>>()))
}

fn advance_clock(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let Some(seconds) = request.query.number("seconds")? else {
        return Err(ApiError::bad_request("Parameter \"seconds\" is required."));
    };
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let mut state = shared.state();
    state.clock.advance(Duration::from_secs(seconds));
    Ok(ApiResponse::ok(json!({"now": state.now()})))
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

fn to_json(items: &[impl serde::Serialize]) -> ApiResult {
    let value = serde_json::to_value(items);
    value.map(ApiResponse::ok).map_err(|error| ApiError::internal(error.to_string()))
}
