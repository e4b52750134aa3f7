//! Control endpoints that delete what others add.

use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/users/{userId}",
        |shared, request| removed(shared.remove_user(request.parameter("userId"))?, "User"),
        "delete a user completely, whatever the policies say",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/groups/{groupId}",
        |shared, request| removed(shared.remove_group(request.parameter("groupId"))?, "Group"),
        "delete a group and all memberships in it",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/roles/{roleId}",
        |shared, request| removed(shared.remove_custom_role(request.parameter("roleId"))?, "Role"),
        "delete a custom role, also of its holders",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/namespaces/{code}",
        |shared, request| removed(shared.remove_namespace(request.parameter("code"))?, "Namespace"),
        "delete a namespace with its users, groups and roles",
    ),
    ControlEndpoint::new(
        HttpMethod::Delete,
        "/sandbox/externalpermissions/{groupId}/{permissionId}",
        external_permission,
        "delete an external permission, also of its holders",
    ),
];

fn external_permission(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let group = request.parameter("groupId");
    let permission = request.parameter("permissionId");
    removed(shared.remove_external_permission(group, permission)?, "External permission")
}

fn removed(is_removed: bool, what: &str) -> ApiResult {
    if is_removed { Ok(ApiResponse::no_content()) } else { Err(ApiError::not_found(what)) }
}
