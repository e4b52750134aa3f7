//! Endpoints for the permissions of a user: direct and effective.

use super::grants::{read_changes, to_response};
use crate::access::permissions::{ACCESSRIGHT_MODIFY, ACCESSRIGHT_VIEW, is_permission};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::ApiResult;
use crate::resources::operations::access_rights as docs;
use crate::store::state::State;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/permissions/custom", &docs::READ_PERMISSIONS, custom)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(
        HttpMethod::Put,
        "/user/{userId}/permissions/custom",
        &docs::UPDATE_PERMISSIONS,
        update_custom,
    )
    .records("user", "update-permissions")
    .inferred(ACCESSRIGHT_MODIFY)
    .scope("accessrights")
    .self_needs_permission(),
    Endpoint::get("/user/{userId}/permissions/effective", &docs::READ_EFFECTIVE, effective)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
];

fn custom(state: &State, call: &Call) -> ApiResult {
    Ok(to_response(&state.account(call.user_id())?.permissions))
}

fn update_custom(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let changes = read_changes(state, call, |_, id| is_permission(id))?;
    state.change_user("update-permissions", id, |account| {
        changes.apply(&mut account.permissions);
        to_response(&account.permissions)
    })
}

fn effective(state: &State, call: &Call) -> ApiResult {
    let account = state.account(call.user_id())?;
    Ok(to_response(&state.effective_permissions(account)))
}
