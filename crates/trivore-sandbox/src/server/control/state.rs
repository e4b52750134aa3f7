//! Control endpoints under `/sandbox/`, outside the API and without credentials.

use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State as Shares};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::api::call::Query;
use crate::api::endpoint::{Endpoint, Own};
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::observe::endpoints;
use crate::server::request_log::RecordedRequest;
use crate::store::outbox::Outbox;
use crate::store::state::Shared;
use crate::values::api_error::ApiError;

pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/sandbox/", get(about))
        .route("/sandbox", get(about))
        .route("/sandbox/outbox", get(outbox).delete(empty_outbox))
        .route("/sandbox/requests", get(requests).delete(empty_requests))
        .route("/sandbox/ledger", get(ledger))
        .route("/sandbox/rules", get(rules))
        .route("/sandbox/endpoints", get(permission_table))
        .route("/sandbox/clock/advance", post(advance))
        .with_state(shared.clone())
        .merge(super::faults::router(shared))
}

async fn about() -> impl IntoResponse {
    ABOUT
}

async fn outbox(Shares(shared): Shares<Shared>) -> ApiResult {
    to_json(shared.lock().outbox.messages())
}

async fn empty_outbox(Shares(shared): Shares<Shared>) -> ApiResponse {
    shared.lock().outbox = Outbox::default();
    ApiResponse::no_content()
}

async fn requests(Shares(shared): Shares<Shared>) -> ApiResponse {
    let requests = shared.lock().requests.all();
    ApiResponse::ok(requests.iter().map(RecordedRequest::to_json).collect::<Vec<Value>>())
}

async fn empty_requests(Shares(shared): Shares<Shared>) -> ApiResponse {
    shared.lock().requests.clear();
    ApiResponse::no_content()
}

async fn ledger(Shares(shared): Shares<Shared>) -> ApiResult {
    to_json(&shared.lock().ledger)
}

async fn rules(Shares(shared): Shares<Shared>) -> ApiResponse {
    let rules = shared.lock().rules.list();
    let rules =
        rules.iter().map(|rule| json!({"name": rule.name, "on": rule.on, "text": rule.text}));
    ApiResponse::ok(rules.collect::<Vec<Value>>())
}

async fn permission_table() -> ApiResponse {
    ApiResponse::ok(endpoints().map(row).collect::<Vec<Value>>())
}

async fn advance(Shares(shared): Shares<Shared>, RawQuery(query): RawQuery) -> ApiResult {
    let query = Query::parse(query.unwrap_or_default().as_bytes());
    let Some(seconds) = query.number("seconds")? else {
        return Err(ApiError::bad_request("Parameter \"seconds\" is required."));
    };
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let mut state = shared.lock();
    state.clock.advance(Duration::from_secs(seconds));
    Ok(ApiResponse::ok(json!({"now": state.now()})))
}

/// Describes an operation; `own`: users need no permission to call it for themselves.
fn row(endpoint: &Endpoint) -> Value {
    json!({
        "method": endpoint.verb.as_str(),
        "path": endpoint.path,
        "permission": endpoint.permission.map(|permission| permission.id),
        "documented": endpoint.permission.is_some_and(|permission| permission.is_documented),
        "scope": endpoint.scope,
        "own": endpoint.own == Own::Allowed && endpoint.path.contains("{userId}"),
        "onlyUsers": endpoint.only_users,
    })
}

fn to_json(items: &[impl serde::Serialize]) -> ApiResult {
    let value = serde_json::to_value(items);
    value.map(ApiResponse::ok).map_err(|error| ApiError::internal(error.to_string()))
}

const ABOUT: &str = "\
Trivore ID sandbox: behaves like the user API of Trivore ID, in memory.

GET    /sandbox/outbox                    messages that the service would have sent
DELETE /sandbox/outbox                    clear the outbox
GET    /sandbox/requests                  received requests, with credentials and bodies
DELETE /sandbox/requests                  clear the received requests
GET    /sandbox/ledger                    applied changes and sent messages
GET    /sandbox/rules                     switches for behavior that the public documents leave unclear
GET    /sandbox/endpoints                 operations and the permissions that they require
POST   /sandbox/clock/advance?seconds=N   move the clock forward
GET    /sandbox/faults                    active faults and their numbers of hits
POST   /sandbox/faults                    inject a fault; trivore-sandbox --help describes the JSON
DELETE /sandbox/faults                    remove all faults
DELETE /sandbox/faults/ID                 remove one fault

The API is under /api/rest/v1. No path under /sandbox requires credentials.
";
