//! Endpoints for the enterprise data of a user.

use crate::access::permissions::{ACCOUNT_MODIFY, ACCOUNT_VIEW};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, HttpMethod};
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::state::{State, touch};
use crate::values::api_error::ApiError;
use crate::values::document::{self, drop_nulls, text};
use crate::values::field_types::{self, FieldType, Fields};

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint::get("/user/{userId}/enterprise", &docs::READ_ENTERPRISE, read)
        .inferred(ACCOUNT_VIEW)
        .scope("users.readonly"),
    Endpoint::new(HttpMethod::Put, "/user/{userId}/enterprise", &docs::UPDATE_ENTERPRISE, update)
        .records("user", "update-enterprise")
        .inferred(ACCOUNT_MODIFY)
        .scope("users"),
];

fn read(state: &State, call: &Call) -> ApiResult {
    check_type(state, call)?;
    Ok(ApiResponse::ok(state.account(call.user_id())?.enterprise.clone()))
}

fn update(state: &mut State, call: &Call) -> ApiResult {
    check_type(state, call)?;
    let id = call.user_id();
    let mut body = call.object()?;
    field_types::check(&body, FIELDS, &state.rules)?;
    body.remove("meta");
    let mut enterprise = state.account(id)?.enterprise.clone();
    document::put(&mut enterprise, body, &["meta"], &state.rules);
    drop_nulls(&mut enterprise);
    if enterprise.contains_key("meta") {
        touch(&mut enterprise, state.now());
    } else {
        let meta = state.new_meta("user", &format!("{id}/enterprise"));
        enterprise.insert("meta".to_owned(), meta);
    }
    state.change_user("update-enterprise", id, |account| {
        account.enterprise.clone_from(&enterprise);
    })?;
    Ok(ApiResponse::ok(enterprise))
}

fn check_type(state: &State, call: &Call) -> Result<(), ApiError> {
    let account = state.account(call.user_id())?;
    let is_person = text(&account.document(), "userAccountType") == Some("PERSON");
    if state.rules.enterprise_person_refused && is_person {
        return Err(ApiError::bad_request("The user is not a legal entity."));
    }
    Ok(())
}

const CONTACT: Fields = &[
    ("phone", FieldType::Text),
    ("email", FieldType::Text),
    ("website", FieldType::Text),
    ("contacts", FieldType::Text),
];

pub(crate) const FIELDS: Fields = &[
    ("businessId", FieldType::Text),
    ("vatId", FieldType::Text),
    ("tradeName", FieldType::Text),
    ("domicile", FieldType::Text),
    ("leiCode", FieldType::Text),
    ("duns", FieldType::Text),
    ("tradeRegisterNumber", FieldType::Text),
    ("taxIdentificationNumber", FieldType::Text),
    ("parallelTradeNames", FieldType::Texts),
    ("auxiliaryTradeNames", FieldType::Texts),
    ("general", FieldType::Object(CONTACT)),
    ("sales", FieldType::Object(CONTACT)),
    ("service", FieldType::Object(CONTACT)),
    ("customerSupport", FieldType::Object(CONTACT)),
    ("meta", FieldType::Any),
];
