//! Control endpoints for faults.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use serde_json::Value;

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::faults::InjectedFault;
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(crate) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Get,
        "/sandbox/faults",
        list,
        "active faults and their numbers of hits",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/faults",
        inject,
        "inject a fault; trivore-sandbox --help describes the JSON",
    ),
    ControlEndpoint::new(HttpMethod::Delete, "/sandbox/faults", clear, "remove all faults"),
    ControlEndpoint::new(HttpMethod::Delete, "/sandbox/faults/{id}", remove, "remove one fault"),
];

fn list(shared: &Shared, _: &ApiRequest) -> ApiResult {
    let faults = shared.faults().list();
    Ok(ApiResponse::ok(faults.iter().map(InjectedFault::to_json).collect::<Vec<Value>>()))
}

fn inject(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let wrong = |why: String| ApiError::bad_request(format!("Fault script: {why}."));
    let fault = serde_json::from_slice(&request.body).map_err(|error| wrong(error.to_string()))?;
    let injected = shared.faults().add(fault).map_err(|error| wrong(error.to_string()))?;
    Ok(ApiResponse::created(injected.to_json()))
}

fn clear(shared: &Shared, _: &ApiRequest) -> ApiResult {
    shared.faults().clear();
    Ok(ApiResponse::no_content())
}

fn remove(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let id = request.parameter("id").parse();
    let is_removed = id.is_ok_and(|id| shared.faults().remove(id));
    if is_removed { Ok(ApiResponse::no_content()) } else { Err(ApiError::not_found("Fault")) }
}
