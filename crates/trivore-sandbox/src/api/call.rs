//! An API call, as passed to its handler.

use bytes::Bytes;
use serde_json::Value;

use crate::access::caller::Caller;
use crate::values::api_error::ApiError;
use crate::values::document::Document;

/// An authenticated call.
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
}

impl Call {
    /// Returns a decoded path segment by its name in the route.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns the user identifier in the path.
    pub(crate) fn user_id(&self) -> &str {
        self.parameter("userId")
    }

    /// Parses the body as a JSON object, regardless of the content type.
    pub(crate) fn object(&self) -> Result<Document, ApiError> {
        if self.body.is_empty() {
            return Err(ApiError::bad_request("Request body is missing."));
        }
        let value: Value = serde_json::from_slice(&self.body).map_err(|error| {
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

/// Decoded query parameters.
#[derive(Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(query: &[u8]) -> Self {
        Self(form_urlencoded::parse(query).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Parses a non-negative integer.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let invalid = || {
            ApiError::bad_request(format!("Parameter \"{name}\" must be a non-negative integer."))
        };
        text.trim().parse().map(Some).ok().ok_or_else(invalid)
    }

    /// Appends the parameters of another query.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}
