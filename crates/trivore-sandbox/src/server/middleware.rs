//! What happens to every request: request identifier, fault, request log.

use axum::body::{self, Body};
use axum::extract::{Request, State as Shares};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::DATE;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::recording::Recording;
use super::request_log::RecordedRequest;
use super::shared::Shared;
use crate::connection::Connection;
use crate::faults::{FaultEffect, RequestConnection};
use crate::values::api_error::ApiError;
use crate::values::clock;
use crate::values::ids;
use crate::values::paths::is_control;

/// Sets the request identifier, applies a fault, and records the request with its status.
///
/// Requests to the sandbox's own paths are neither affected by faults nor recorded.
pub(super) async fn observe(
    Shares(shared): Shares<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let connection = request.extensions_mut().remove::<Connection>();
    let connection = RequestConnection::new(connection, shared.stopped());
    let (mut head, body) = request.into_parts();
    let request_id = head.headers.get(REQUEST_ID).cloned().unwrap_or_else(new_request_id);
    let is_control = is_control(head.uri.path());
    let mut effect = if is_control {
        FaultEffect::none(HeaderMap::new())
    } else {
        shared.select_fault(&head.method, head.uri.path())
    };
    let fault = effect.fault_id();
    let recorded = (!is_control).then(|| RecordedRequest::new(&head, &request_id, fault));
    head.headers.insert(REQUEST_ID, request_id.clone());

    if let Some(end) = effect.end_before_reading() {
        if let Some(recorded) = recorded {
            shared.requests().push(recorded);
        }
        effect.count();
        return connection.end(end).await;
    }
    let (body, request) = match body::to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => (body.clone(), Ok(Request::from_parts(head, Body::from(body)))),
        Err(_) => (Bytes::new(), Err(too_large())),
    };
    let recording = recorded
        .map(|recorded| Recording::new(shared.clone(), RecordedRequest { body, ..recorded }));
    let call = async {
        match request {
            Ok(request) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    };
    let mut response = effect.run(call, &connection).await;
    if let Some(response) = &mut response {
        response.headers_mut().entry(REQUEST_ID).or_insert(request_id);
        if let Some(date) = date(&shared) {
            response.headers_mut().entry(DATE).or_insert(date);
        }
    }
    if let Some(recording) = recording {
        recording.finish(response.as_ref().map(Response::status));
    }
    effect.count();
    effect.deliver(response, connection).await
}

/// The time of the sandbox's clock, which is also that of all timestamps.
fn date(shared: &Shared) -> Option<HeaderValue> {
    HeaderValue::from_str(&clock::http_date(shared.state().clock.now())).ok()
}

fn too_large() -> ApiError {
    let message = "Request body could not be read, or is longer than 10 MiB.";
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

fn new_request_id() -> HeaderValue {
    let token = ids::token().unwrap_or_default();
    HeaderValue::from_str(&token).unwrap_or(HeaderValue::from_static(""))
}

const REQUEST_ID: &str = "x-request-id";
const MAX_BODY_BYTES: usize = 10 << 20;
