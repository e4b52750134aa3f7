//! Endpoints for the external permissions of a user, and their names.

use crate::access::permissions::{ACCOUNT_VIEW, EXTERNAL_PERMISSION_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::external_permissions as docs;
use crate::store::state::{State, external_permission_key};
use crate::values::api_error::ApiError;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/externalpermissions", &docs::LIST_GRANTED, granted)
        .inferred(ACCOUNT_VIEW)
        .scope("externalpermissions.query"),
    Endpoint::get(
        "/externalpermission/group/{groupId}/permission/{permissionId}",
        &docs::READ,
        permission,
    )
    .inferred(EXTERNAL_PERMISSION_VIEW)
    .scope("externalpermissions.query"),
];

fn granted(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(state.account(call.user_id())?.external_permissions.clone()))
}

fn permission(state: &State, call: &Call) -> ApiResult {
    let key = external_permission_key(call.parameter("groupId"), call.parameter("permissionId"));
    let found = state.external_permissions.get(&key);
    found
        .map(|permission| ApiResponse::ok(permission.clone()))
        .ok_or_else(|| ApiError::not_found("External permission"))
}
