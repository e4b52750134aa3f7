//! JSON responses and error responses.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::values::api_error::ApiError;

/// Result of an operation.
pub(crate) type ApiResult = Result<ApiResponse, ApiError>;

/// A successful response.
pub(crate) struct ApiResponse {
    status: StatusCode,
    body: Option<Value>,
}

impl ApiResponse {
    pub(crate) fn ok(body: impl Into<Value>) -> Self {
        Self { status: StatusCode::OK, body: Some(body.into()) }
    }

    /// Creates a 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, body: None }
    }

    pub(crate) fn created(body: impl Into<Value>) -> Self {
        Self { status: StatusCode::CREATED, body: Some(body.into()) }
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None }
    }
}

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}

/// Creates `{"errorMessage": …, "statusCode": …}`.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "errorMessage": self.message,
            "statusCode": self.status.as_u16(),
        });
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        response
    }
}

const CHALLENGE: &str = "Basic realm=\"Trivore ID\", Bearer realm=\"Trivore ID\"";
