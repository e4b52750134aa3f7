//! An API call, as passed to its handler.

use serde_json::Value;

use super::request::ApiRequest;
use crate::access::caller::{Caller, CallerId};
use crate::values::api_error::ApiError;
use crate::values::document::Document;

/// An authenticated call.
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) request: ApiRequest,
}

impl Call {
    /// Returns a decoded path segment by its name in the route.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.request.parameter(name)
    }

    /// Returns the user identifier in the path.
    pub(crate) fn user_id(&self) -> &str {
        self.parameter("userId")
    }

    /// Returns whether a user calls the operation for itself.
    pub(crate) fn is_own(&self) -> bool {
        matches!(&self.caller.id, CallerId::User(id) if id == self.user_id())
    }

    /// Parses the body as a JSON object, regardless of the content type.
    pub(crate) fn object(&self) -> Result<Document, ApiError> {
        if self.request.body.is_empty() {
            return Err(ApiError::bad_request("Request body is missing."));
        }
        let value: Value = serde_json::from_slice(&self.request.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = format!("Request body is not JSON: line {line}, column {column}.");
            ApiError::bad_request(message)
        })?;
        match value {
            Value::Object(object) => Ok(object),
            _ => Err(ApiError::bad_request("Request body must be a JSON object.")),
        }
    }
}
