//! Endpoints for password requirements and password changes.

use serde_json::json;

use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::password_policy::PasswordRequirements;
use crate::store::state::State;
use crate::values::api_error::ApiError;
use crate::values::document::text;
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get(
        "/user/{userId}/password/requirements",
        &docs::READ_PASSWORD_REQUIREMENTS,
        requirements,
    )
    .inferred(ACCOUNT_VIEW)
    .scope("password"),
    Endpoint::new(HttpMethod::Put, "/user/{userId}/password", &docs::UPDATE_PASSWORD, update)
        .records("user", "change-password")
        .inferred(ACCOUNT_MODIFY)
        .scope("password"),
];

fn requirements(state: &State, call: &Call) -> ApiResult {
    let account = state.account(call.user_id())?;
    Ok(ApiResponse::ok(PasswordRequirements::of(state, account.namespace_code()).to_json()))
}

/// Changes the password; a violation of the policy is reported with 200 and the reasons.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let account = state.account(id)?;
    let body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    let Some(password) = text(&body, "newPassword") else {
        return Err(ApiError::bad_request("Field \"newPassword\" is required."));
    };
    let requirements = PasswordRequirements::of(state, account.namespace_code());
    let violations = requirements.violations(password, account.username(), &account.passwords);
    if !violations.is_empty() {
        return Ok(ApiResponse::ok(json!({"success": false, "validationErrors": violations})));
    }
    state.change_user("change-password", id, |account| {
        account.passwords.insert(0, password.to_owned());
    })?;
    Ok(ApiResponse::ok(json!({"success": true, "validationErrors": []})))
}

pub(crate) const FIELDS: Fields = &[("newPassword", FieldType::Text)];
