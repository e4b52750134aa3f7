//! Endpoints for fault scripts: `/sandbox/faults`.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shares};
use axum::routing::{delete, get};
use serde_json::Value;

use crate::api::response::{ApiResponse, ApiResult};
use crate::faults::{Fault, InjectedFault};
use crate::store::state::Shared;
use crate::values::api_error::ApiError;

pub(crate) fn router(shared: &Shared) -> Router {
    Router::new()
        .route("/sandbox/faults", get(list).post(inject).delete(clear))
        .route("/sandbox/faults/{id}", delete(remove))
        .with_state(shared.clone())
}

async fn list(Shares(shared): Shares<Shared>) -> ApiResponse {
    let faults = shared.lock().faults.list();
    ApiResponse::ok(faults.iter().map(InjectedFault::to_json).collect::<Vec<Value>>())
}

async fn inject(Shares(shared): Shares<Shared>, body: Bytes) -> ApiResult {
    let wrong = |why: String| ApiError::bad_request(format!("Fault script: {why}."));
    let fault: Fault = serde_json::from_slice(&body).map_err(|error| wrong(error.to_string()))?;
    let injected = shared.lock().faults.add(fault);
    injected
        .map(|fault| ApiResponse::created(fault.to_json()))
        .map_err(|error| wrong(error.to_string()))
}

async fn clear(Shares(shared): Shares<Shared>) -> ApiResponse {
    shared.lock().faults.clear();
    ApiResponse::no_content()
}

async fn remove(Shares(shared): Shares<Shared>, Path(id): Path<String>) -> ApiResult {
    let is_removed = id.parse().is_ok_and(|id| shared.lock().faults.remove(id));
    if is_removed { Ok(ApiResponse::no_content()) } else { Err(ApiError::not_found("Fault")) }
}
