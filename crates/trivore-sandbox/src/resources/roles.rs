//! Endpoints for built-in and custom roles.

use serde_json::Value;

use crate::access::builtin_roles::{BUILTIN_ROLES, BuiltinRole};
use crate::access::caller::Caller;
use crate::access::permissions::{ROLE_MODIFY, ROLE_VIEW};
use crate::api::authorization::check_own_role;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::listing;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::roles as docs;
use crate::store::state::{State, touch};
use crate::values::api_error::ApiError;
use crate::values::document::{self, Document, drop_nulls, text};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/role/builtin", &docs::LIST_BUILTIN_ROLES, builtin_roles)
        .scope("accessrights.readonly"),
    Endpoint::get("/role/custom", &docs::LIST_CUSTOM_ROLES, list)
        .inferred(ROLE_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(HttpMethod::Post, "/role/custom", &docs::CREATE, create)
        .records("role", "create")
        .inferred(ROLE_MODIFY)
        .scope("accessrights"),
    Endpoint::get("/role/custom/{roleId}", &docs::READ, read)
        .inferred(ROLE_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(HttpMethod::Put, "/role/custom/{roleId}", &docs::UPDATE, update)
        .records("role", "update")
        .inferred(ROLE_MODIFY)
        .scope("accessrights"),
    Endpoint::new(HttpMethod::Delete, "/role/custom/{roleId}", &docs::DELETE, delete)
        .records("role", "delete")
        .inferred(ROLE_MODIFY)
        .scope("accessrights"),
];

#[expect(clippy::unnecessary_wraps, reason = "all operations have one signature")]
fn builtin_roles(_: &State, _: &Call) -> ApiResult {
    Ok(ApiResponse::ok(BUILTIN_ROLES.iter().map(BuiltinRole::to_json).collect::<Vec<Value>>()))
}

fn list(state: &State, call: &Call) -> ApiResult {
    let accessible = state
        .custom_roles
        .values()
        .filter(|role| call.caller.may_access(text(role, "nsCode").unwrap_or_default()));
    listing::page(accessible, &call.request.query, &state.rules, |role| role.clone().into())
}

fn create(state: &mut State, call: &Call) -> ApiResult {
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    let code = state.named_namespace(&call.caller, text(&body, "nsCode"))?;
    check_own_role(state, &call.caller, "", &body)?;
    Ok(ApiResponse::created(state.add_role(&code, body)?))
}

fn read(state: &State, call: &Call) -> ApiResult {
    Ok(ApiResponse::ok(find(state, &call.caller, call.parameter("roleId"))?))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("roleId");
    let mut role = find(state, &call.caller, id)?;
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    body.retain(|key, _| !["id", "nsCode", "meta"].contains(&key.as_str()));
    document::put(&mut role, body, REQUIRED, &state.rules);
    drop_nulls(&mut role);
    state.check_role(&role)?;
    check_own_role(state, &call.caller, id, &role)?;
    touch(&mut role, state.now());
    state.custom_roles.insert(id.to_owned(), role.clone());
    state.record("role", "update", id);
    Ok(ApiResponse::ok(role))
}

fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.parameter("roleId");
    find(state, &call.caller, id)?;
    state.remove_role(id);
    Ok(ApiResponse::no_content())
}

fn find(state: &State, caller: &Caller, id: &str) -> Result<Document, ApiError> {
    let role = state.custom_roles.get(id).ok_or_else(|| ApiError::not_found("Role"))?;
    caller.require_namespace(&state.rules, text(role, "nsCode").unwrap_or_default(), "Role")?;
    Ok(role.clone())
}

/// Fields that every custom role has, because they cannot be cleared.
pub(crate) const REQUIRED: &[&str] = &["id", "memberOf", "meta", "name", "nsCode", "permissions"];

pub(crate) const FIELDS: Fields = &[
    ("id", FieldType::Text),
    ("name", FieldType::Text),
    ("permissions", FieldType::Texts),
    ("nsCode", FieldType::Text),
    ("memberOf", FieldType::Texts),
    ("meta", FieldType::Map),
];
