//! Endpoints for the list of permissions.

use serde_json::Value;

use crate::access::permissions::{PERMISSIONS, permission_json};
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::roles as docs;
use crate::store::state::State;
use crate::values::api_error::ApiError;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/permission", &docs::LIST_PERMISSIONS, list).scope("accessrights.readonly"),
    Endpoint::get("/permission/{permissionId}", &docs::READ_PERMISSION, read)
        .scope("accessrights.readonly"),
];

#[expect(clippy::unnecessary_wraps, reason = "all operations have one signature")]
fn list(_: &State, _: &Call) -> ApiResult {
    Ok(ApiResponse::ok(PERMISSIONS.iter().map(permission_json).collect::<Vec<Value>>()))
}

fn read(_: &State, call: &Call) -> ApiResult {
    let wanted = call.parameter("permissionId");
    let found = PERMISSIONS.iter().find(|(id, ..)| *id == wanted);
    found
        .map(|found| ApiResponse::ok(permission_json(found)))
        .ok_or_else(|| ApiError::not_found("Permission"))
}
