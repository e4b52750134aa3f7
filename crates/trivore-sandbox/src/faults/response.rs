//! Creates or changes the response of a call that a fault affects.

use axum::body::{self, Body};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::response::Parts;
use http::{HeaderValue, StatusCode, header};

use super::body::FaultBody;
use super::checks::status;
use super::fault::Fault;
use super::kind::FaultKind;
use crate::values::api_error::ApiError;

/// Returns the response to send; `applied` is that of the call, if it was applied.
///
/// `None` means that no response is sent.
pub(super) async fn make(fault: &Fault, applied: Option<Response>) -> Option<Response> {
    match &fault.kind {
        FaultKind::ApplyThenStatus { code } | FaultKind::Status { code } => {
            Some(with_status(*code, fault.body.clone()))
        }
        FaultKind::ApplyThenHtmlPage { code } | FaultKind::HtmlPage { code } => Some(page(*code)),
        FaultKind::RateLimit { .. } => {
            let message = "Too many requests.";
            Some(ApiError::new(StatusCode::TOO_MANY_REQUESTS, message).into_response())
        }
        FaultKind::CloseAfterApplying
        | FaultKind::CloseBefore
        | FaultKind::NoResponse
        | FaultKind::NoResponseAfterApplying
        | FaultKind::ResetAfterApplying
        | FaultKind::ResetAfterReading
        | FaultKind::ResetBefore => None,
        FaultKind::CloseConnection => {
            let mut response = applied?;
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
            Some(response)
        }
        FaultKind::ContentType { value } => {
            let mut response = applied?;
            let value = HeaderValue::try_from(value).ok()?;
            response.headers_mut().insert(header::CONTENT_TYPE, value);
            Some(response)
        }
        FaultKind::MalformedJson => Some(with_changed_body(applied?, |_| MALFORMED.into()).await),
        FaultKind::TruncatedJson => Some(with_changed_body(applied?, half).await),
        FaultKind::OversizedBody { bytes } => Some(padded(applied?, *bytes, true).await),
        FaultKind::OversizedStream { bytes } => Some(padded(applied?, *bytes, false).await),
        FaultKind::CutBody { .. }
        | FaultKind::Delay { .. }
        | FaultKind::DelayBeforeApplying { .. }
        | FaultKind::Drip { .. }
        | FaultKind::ExpireTokens
        | FaultKind::RevokeTokens
        | FaultKind::StallBody { .. } => applied,
    }
}

/// Splits a response and reads its body, which is already in memory.
pub(super) async fn read(response: Response) -> (Parts, Bytes) {
    let (head, body) = response.into_parts();
    (head, body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// Creates a response with a body; without one, errors have the service's error body.
fn with_status(code: u16, body: Option<String>) -> Response {
    let status = status(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        Some(body) => {
            let json = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, json)], body).into_response()
        }
        None if status.as_u16() < 400 => status.into_response(),
        None => ApiError::new(status, "Injected fault.").into_response(),
    }
}

fn page(code: u16) -> Response {
    let status = status(code).unwrap_or(StatusCode::BAD_GATEWAY);
    let html = HeaderValue::from_static("text/html");
    let body = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1>\
         </center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [(header::CONTENT_TYPE, html)], body).into_response()
}

/// Replaces the body.
async fn with_changed_body(response: Response, change: impl FnOnce(&Bytes) -> Bytes) -> Response {
    let (head, body) = read(response).await;
    let body = change(&body);
    with_body(head, Body::from(body))
}

/// Appends spaces until the body has the given length.
async fn padded(response: Response, length: u64, is_announced: bool) -> Response {
    let (head, body) = read(response).await;
    let in_memory = body.len();
    let body = FaultBody::padded(body, length, is_announced);
    let mut response = with_body(head, Body::new(body));
    response.extensions_mut().insert(PaddedBody { in_memory });
    response
}

/// Marks a response whose body is longer than what it takes of memory.
#[derive(Clone, Copy)]
pub(crate) struct PaddedBody {
    pub(crate) in_memory: usize,
}

/// Sets the body of a response; a 204 becomes a 200.
fn with_body(mut head: Parts, body: Body) -> Response {
    if head.status == StatusCode::NO_CONTENT {
        head.status = StatusCode::OK;
    }
    head.headers.remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/json");
    head.headers.entry(header::CONTENT_TYPE).or_insert(json);
    Response::from_parts(head, body)
}

/// Returns the first half, which is never valid JSON.
fn half(body: &Bytes) -> Bytes {
    match body.len() / 2 {
        0 => Bytes::from_static(b"{"),
        length => body.slice(..length),
    }
}

const MALFORMED: &[u8] = b"{\"id\": oops, \"username\"}";
