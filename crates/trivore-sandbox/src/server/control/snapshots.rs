//! Control endpoints that go back to an earlier state.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have one signature")]

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/reset",
        reset,
        "go back to the start, or to the start without what was added to it",
    )
    .query("?to=start|empty"),
    ControlEndpoint::new(HttpMethod::Get, "/sandbox/snapshots", list, "names of all snapshots"),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/snapshots/{name}",
        save,
        "save the state as a snapshot",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/snapshots/{name}/restore",
        restore,
        "go back to a snapshot",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/snapshots/{name}",
        remove,
        "remove a snapshot",
    ),
];

fn reset(shared: &Shared, request: &ApiRequest) -> ApiResult {
    match request.query.get("to") {
        None | Some("start") => shared.reset()?,
        Some("empty") => shared.reset_to_empty()?,
        Some(_) => {
            let message = "Parameter \"to\" must be \"start\" or \"empty\".";
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(ApiResponse::no_content())
}

fn list(shared: &Shared, _: &ApiRequest) -> ApiResult {
    Ok(ApiResponse::ok(shared.snapshot_names()))
}

fn save(shared: &Shared, request: &ApiRequest) -> ApiResult {
    shared.save_snapshot(request.parameter("name"));
    Ok(ApiResponse::no_content())
}

fn restore(shared: &Shared, request: &ApiRequest) -> ApiResult {
    shared.restore_snapshot(request.parameter("name"))?;
    Ok(ApiResponse::no_content())
}

fn remove(shared: &Shared, request: &ApiRequest) -> ApiResult {
    if shared.remove_snapshot(request.parameter("name")) {
        Ok(ApiResponse::no_content())
    } else {
        Err(ApiError::not_found("Snapshot"))
    }
}
