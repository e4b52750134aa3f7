//! Endpoints for the permissions of a user: direct and effective.

use std::collections::BTreeSet;

use crate::access::permissions::{ACCESSRIGHT_MODIFY, ACCESSRIGHT_VIEW, is_permission};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Verb};
use crate::api::response::{ApiResponse, ApiResult};
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, texts};
use crate::values::fields::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::new(Verb::Get, "/user/{userId}/permissions/custom", custom)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
    Endpoint::new(Verb::Put, "/user/{userId}/permissions/custom", update_custom)
        .records("user", "update-permissions")
        .inferred(ACCESSRIGHT_MODIFY)
        .scope("accessrights")
        .not_own(),
    Endpoint::new(Verb::Get, "/user/{userId}/permissions/effective", effective)
        .inferred(ACCESSRIGHT_VIEW)
        .scope("accessrights.readonly"),
];

fn custom(state: &mut State, call: &Call) -> ApiResult {
    Ok(to_response(&state.account(call.user_id())?.permissions))
}

fn update_custom(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let changes = read_changes(state, call, |_, id| is_permission(id))?;
    let permissions = &mut state.account_mut(id)?.permissions;
    changes.apply(permissions);
    let response = to_response(permissions);
    state.record_user("update-permissions", id);
    Ok(response)
}

fn effective(state: &mut State, call: &Call) -> ApiResult {
    let account = state.account(call.user_id())?;
    Ok(to_response(&state.effective_permissions(account)))
}

/// The identifiers that a PUT adds and removes.
pub(super) struct Changes(Document);

impl Changes {
    pub(super) fn apply(&self, to: &mut BTreeSet<String>) {
        to.extend(texts(&self.0, "add").into_iter().map(str::to_owned));
        for id in texts(&self.0, "remove") {
            to.remove(id);
        }
    }
}

/// Reads changes and rejects unknown identifiers.
pub(super) fn read_changes(
    state: &State,
    call: &Call,
    exists: fn(&State, &str) -> bool,
) -> Result<Changes, ApiError> {
    state.account(call.user_id())?;
    if !call.caller.is_user() && !state.rules.api_client_may_grant {
        return Err(ApiError::forbidden("API clients cannot change permissions and roles."));
    }
    let body = call.object()?;
    fields::check(&body, FIELDS, &state.rules)?;
    for key in ["add", "remove"] {
        if let Some(index) = texts(&body, key).iter().position(|id| !exists(state, id)) {
            let message = format!("Field \"{key}[{index}]\" does not exist.");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(Changes(body))
}

pub(super) fn to_response(ids: &BTreeSet<String>) -> ApiResponse {
    ApiResponse::ok(ids.iter().cloned().collect::<Vec<_>>())
}

const FIELDS: Fields = &[("add", FieldType::Texts), ("remove", FieldType::Texts)];
