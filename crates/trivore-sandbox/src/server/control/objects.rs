//! Control endpoints that add objects, and set what no client can set.

use serde::Deserialize;
use serde_json::json;

use super::body::body;
use super::endpoint::ControlEndpoint;
use crate::api::endpoint::HttpMethod;
use crate::api::request::ApiRequest;
use crate::api::response::{ApiResponse, ApiResult};
use crate::server::shared::Shared;
use crate::values::api_error::ApiError;

pub(super) const ENDPOINTS: &[ControlEndpoint] = &[
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/namespaces",
        |shared, request| created(shared.add_namespace(body(request)?)),
        "add a namespace",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/groups",
        |shared, request| created(shared.add_group(body(request)?)),
        "add a group",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/roles",
        |shared, request| created(shared.add_custom_role(body(request)?)),
        "add a custom role",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/users",
        |shared, request| created(shared.add_user(body(request)?)),
        "add a user, with any password and with verified addresses",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/users/{userId}/verified",
        verified,
        "mark an e-mail address or mobile number as verified or not: value, verified",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/users/{userId}/legal",
        |shared, request| done(shared.set_legal_info(user(request), body(request)?)),
        "set the legal information of a user",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/users/{userId}/strongidentifications",
        |shared, request| done(shared.set_strong_identifications(user(request), body(request)?)),
        "set the strong identifications of a user: a list, oldest first",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/users/{userId}/externalpermissions",
        |shared, request| done(shared.set_external_permissions(user(request), body(request)?)),
        "set the external permissions of a user: a list of grants",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/users/{userId}/groupmembership/{groupId}",
        |shared, request| {
            let group = request.parameter("groupId");
            done(shared.set_group_membership(user(request), group, body(request)?))
        },
        "set fields of an entry of the group membership",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/users/{userId}/permissions",
        |shared, request| done(shared.grant_permissions(user(request), body(request)?)),
        "grant permissions to a user: a list of identifiers",
    ),
    ControlEndpoint::new(
        HttpMethod::Post,
        "/sandbox/users/{userId}/roles/builtin",
        |shared, request| done(shared.grant_builtin_roles(user(request), body(request)?)),
        "grant built-in roles to a user: a list of identifiers",
    ),
    ControlEndpoint::new(
        HttpMethod::Put,
        "/sandbox/externalpermissions/{groupId}/{permissionId}",
        external_permission,
        "add or replace an external permission",
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verified {
    value: String,
    verified: bool,
}

fn verified(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let Verified { value, verified } = body(request)?;
    done(shared.set_verified(user(request), &value, verified))
}

fn external_permission(shared: &Shared, request: &ApiRequest) -> ApiResult {
    let group = request.parameter("groupId");
    let permission = request.parameter("permissionId");
    done(shared.add_external_permission(group, permission, body(request)?))
}

fn user(request: &ApiRequest) -> &str {
    request.parameter("userId")
}

fn created(id: Result<String, ApiError>) -> ApiResult {
    Ok(ApiResponse::created(json!({"id": id?})))
}

fn done(result: Result<(), ApiError>) -> ApiResult {
    result.map(|()| ApiResponse::no_content())
}
