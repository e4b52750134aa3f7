//! Reads the body of a control request.

use serde::de::DeserializeOwned;

use crate::api::request::ApiRequest;
use crate::values::api_error::ApiError;

/// Reads a JSON body; the error says what is wrong and where.
pub(super) fn body<T: DeserializeOwned>(request: &ApiRequest) -> Result<T, ApiError> {
    serde_json::from_slice(&request.body)
        .map_err(|error| ApiError::bad_request(format!("Request body: {error}.")))
}
