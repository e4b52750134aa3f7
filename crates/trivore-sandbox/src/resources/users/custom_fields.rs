//! Endpoints for custom fields, which are part of the user document.

use serde_json::{Value, json};

use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::custom_fields::check_new_names;
use crate::store::state::State;
use crate::values::document::{drop_nulls_within, object};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/customfields", &docs::READ_CUSTOM_FIELDS, read)
        .documented(ACCOUNT_VIEW)
        .scope("user.custom.fields.readonly"),
    Endpoint::new(
        HttpMethod::Post,
        "/user/{userId}/customfields",
        &docs::UPDATE_CUSTOM_FIELDS,
        update,
    )
    .records("user", "update-custom-fields")
    .documented(ACCOUNT_MODIFY)
    .scope("user.custom.fields"),
    Endpoint::new(
        HttpMethod::Delete,
        "/user/{userId}/customfields",
        &docs::DELETE_CUSTOM_FIELDS,
        delete,
    )
    .records("user", "delete-custom-fields")
    .documented(ACCOUNT_MODIFY)
    .scope("user.custom.fields"),
];

fn read(state: &State, call: &Call) -> ApiResult {
    let user = state.account(call.user_id())?.document();
    Ok(ApiResponse::ok(object(&user, "customFields").cloned().unwrap_or_default()))
}

/// Overwrites the fields in the request and keeps all others.
fn update(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    let echoes = state.rules.custom_fields_post_echoes;
    let nulls_clear = state.rules.custom_field_nulls_clear;
    let mut user = state.account(id)?.document();
    let body = call.object()?;
    check_new_names(&body, object(&user, "customFields"))?;
    let fields = user.entry("customFields").or_insert_with(|| json!({}));
    if let Value::Object(fields) = fields {
        fields.extend(body);
    }
    if nulls_clear {
        drop_nulls_within(fields);
    }
    let response = if echoes { fields.clone() } else { json!({}) };
    state.change_user("update-custom-fields", id, |account| account.set_document(user))?;
    Ok(ApiResponse::ok(response))
}

fn delete(state: &mut State, call: &Call) -> ApiResult {
    let id = call.user_id();
    state.change_user("delete-custom-fields", id, |account| {
        account.document_mut().remove("customFields");
    })?;
    Ok(ApiResponse::no_content())
}
