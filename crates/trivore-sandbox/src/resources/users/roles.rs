//! Endpoints for the built-in and custom roles of a user.

use super::grants::{read_changes, to_response};
use crate::access::builtin_roles::is_builtin_role;
use crate::access::permissions::{ACCESSRIGHT_MODIFY, ACCESSRIGHT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::ApiResult;
use crate::resources::operations::access_rights as docs;
use crate::store::state::State;

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/roles/builtin", &docs::READ_BUILTIN_ROLES, builtin)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(
        HttpMethod::Put,
        "/user/{userId}/roles/builtin",
        &docs::UPDATE_BUILTIN_ROLES,
        update_builtin,
    )
    .records("user", "update-builtin-roles")
    .inferred(ACCESSRIGHT_MODIFY)
    .scope("accessrights")
    .self_needs_permission(),
    Endpoint::get("/user/{userId}/roles/custom", &docs::READ_CUSTOM_ROLES, custom)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(
        HttpMethod::Put,
        "/user/{userId}/roles/custom",
        &docs::UPDATE_CUSTOM_ROLES,
        update_custom,
    )
    .records("user", "update-custom-roles")
    .inferred(ACCESSRIGHT_MODIFY)
    .scope("accessrights")
    .self_needs_permission(),
];

fn builtin(state: &State, call: &Call) -> ApiResult {
    Ok(to_response(&state.account(call.user_id())?.builtin_roles))
}

fn update_builtin(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let changes = read_changes(state, call, |_, id| is_builtin_role(id))?;
    state.change_user("update-builtin-roles", id, |account| {
        changes.apply(&mut account.builtin_roles);
        to_response(&account.builtin_roles)
    })
}

fn custom(state: &State, call: &Call) -> ApiResult {
    Ok(to_response(&state.account(call.user_id())?.custom_roles))
}

fn update_custom(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let changes = read_changes(state, call, |state, id| state.custom_roles.contains(id))?;
    state.change_user("update-custom-roles", id, |account| {
        changes.apply(&mut account.custom_roles);
        to_response(&account.custom_roles)
    })
}
