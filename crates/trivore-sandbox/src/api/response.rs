//! JSON responses and error responses.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::values::api_error::ApiError;

/// Result of an operation.
pub(crate) type ApiResult = Result<ApiResponse, ApiError>;

/// A successful response.
pub(crate) struct ApiResponse {
    status: StatusCode,
    content: ResponseContent,
    link: Option<HeaderValue>,
}

/// Marks a response that is sent bit by bit, as there is something to send.
///
/// It does not keep its connection from being closed for a new one.
#[derive(Clone, Copy)]
pub(crate) struct EventStream;

/// What the body of a response is.
enum ResponseContent {
    Nothing,
    Json(Value),
    /// JSON that is written while it is sent.
    Stream(Body),
    /// Server-sent events.
    Events(Body),
}

impl ApiResponse {
    pub(crate) fn ok(body: impl Into<Value>) -> Self {
        Self { status: StatusCode::OK, content: ResponseContent::Json(body.into()), link: None }
    }

    /// Creates a 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, content: ResponseContent::Nothing, link: None }
    }

    pub(crate) fn created(body: impl Into<Value>) -> Self {
        Self {
            status: StatusCode::CREATED,
            content: ResponseContent::Json(body.into()),
            link: None,
        }
    }

    /// Creates a 200 with JSON that is written while it is sent.
    pub(crate) fn stream(body: Body) -> Self {
        let content = ResponseContent::Stream(body);
        Self { status: StatusCode::OK, content, link: None }
    }

    /// Creates a 200 with server-sent events.
    pub(crate) fn events(body: Body) -> Self {
        Self { status: StatusCode::OK, content: ResponseContent::Events(body), link: None }
    }

    /// Adds a link to the next page.
    pub(crate) fn with_next(mut self, target: &str) -> Self {
        self.link = HeaderValue::try_from(format!("<{target}>; rel=\"next\"")).ok();
        self
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, content: ResponseContent::Nothing, link: None }
    }
}

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        let mut response = match self.content {
            ResponseContent::Json(body) => (self.status, Json(body)).into_response(),
            ResponseContent::Stream(body) => {
                (self.status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
            }
            ResponseContent::Events(body) => {
                let content_type = [(header::CONTENT_TYPE, "text/event-stream")];
                (self.status, content_type, Extension(EventStream), body).into_response()
            }
            ResponseContent::Nothing => self.status.into_response(),
        };
        if let Some(link) = self.link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

/// Creates `{"errorMessage": …, "statusCode": …}`.
impl IntoResponse for &ApiError {
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

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (&self).into_response()
    }
}

const CHALLENGE: &str = "Basic realm=\"Trivore ID\", Bearer realm=\"Trivore ID\"";
