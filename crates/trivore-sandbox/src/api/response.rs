//! JSON responses and error responses.

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
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

/// What the body of a response is.
enum ResponseContent {
    Nothing,
    Json(Value),
    /// Text of a content type that is written while it is sent.
    Stream(&'static str, Body),
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
        let content = ResponseContent::Stream("application/json", body);
        Self { status: StatusCode::OK, content, link: None }
    }

    /// Creates a 200 with server-sent events.
    pub(crate) fn events(body: Body) -> Self {
        let content = ResponseContent::Stream("text/event-stream", body);
        Self { status: StatusCode::OK, content, link: None }
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
            ResponseContent::Stream(content_type, body) => {
                (self.status, [(header::CONTENT_TYPE, content_type)], body).into_response()
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
