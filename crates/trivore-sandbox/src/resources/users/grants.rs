//! Changes of the permissions and roles of a user.

use std::collections::BTreeSet;

use crate::api::call::Call;
use crate::api::response::ApiResponse;
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::document::{Document, texts};
use crate::values::field_types::{self, FieldType, Fields};

/// The identifiers that a PUT adds and removes.
pub(super) struct GrantChanges(Document);

impl GrantChanges {
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
) -> Result<GrantChanges, ApiError> {
    state.account(call.user_id())?;
    if !call.caller.is_user() && !state.rules.api_client_may_grant {
        return Err(ApiError::forbidden("API clients cannot change permissions and roles."));
    }
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    for key in ["add", "remove"] {
        if let Some(index) = texts(&body, key).iter().position(|id| !exists(state, id)) {
            let message = format!("Field \"{key}[{index}]\" does not exist.");
            return Err(ApiError::bad_request(message));
        }
    }
    Ok(GrantChanges(body))
}

pub(super) fn to_response(ids: &BTreeSet<String>) -> ApiResponse {
    ApiResponse::ok(ids.iter().cloned().collect::<Vec<_>>())
}

const FIELDS: Fields = &[("add", FieldType::Texts), ("remove", FieldType::Texts)];
