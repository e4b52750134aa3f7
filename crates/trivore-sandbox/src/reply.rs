//! JSON responses, and the body of the service's errors.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// Result of an operation.
pub(crate) type Answer = Result<Reply, Refusal>;

/// A successful response.
pub(crate) struct Reply {
    status: StatusCode,
    body: Option<Value>,
}

impl Reply {
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

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}

/// An error response: `{"errorMessage": …, "statusCode": …}`.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// Creates a 404; `what` is the kind of object, for example `User`.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found."))
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl IntoResponse for Refusal {
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
