//! Endpoint for legal information, which clients can only read.

use crate::access::permissions::ACCOUNT_VIEW;
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::response::{ApiResponse, ApiResult};
use crate::resources::operations::user_details as docs;
use crate::store::state::State;
use crate::values::api_error::ApiError;

pub(crate) const ENDPOINTS: &[Endpoint] =
    &[Endpoint::get("/user/{userId}/legal", &docs::READ_LEGAL, read)
        .inferred(ACCOUNT_VIEW)
        .scope("legalinfo.readonly")];

fn read(state: &State, call: &Call) -> ApiResult {
    match &state.account(call.user_id())?.legal {
        Some(legal) => Ok(ApiResponse::ok(legal.clone())),
        None if state.rules.legal_missing_is_404 => Err(ApiError::not_found("Legal information")),
        None => Ok(ApiResponse::ok(serde_json::Map::new())),
    }
}
