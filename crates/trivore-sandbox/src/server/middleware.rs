//! What happens to every request: request identifier, fault, request log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Request, State as Shares};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::DATE;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::bodies::refused;
use super::recording::Recording;
use super::request_log::{RecordedRequest, head_bytes};
use super::shared::Shared;
use crate::access::caller::CallerSlot;
use crate::api::request::{FaultSelected, NotHandled};
use crate::connection::Connection;
use crate::faults::{FaultEffect, RequestConnection};
use crate::values::clock;
use crate::values::ids;
use crate::values::paths::is_control;

/// Sets the request identifier, applies a fault, and records the request with its status.
///
/// Requests to the sandbox's own paths, and those with `X-Sandbox-Bypass: true`, are neither affected
/// by faults nor recorded.
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
    let is_observed = !is_control && !bypasses(&head.headers);
    let caller = Arc::clone(head.extensions.get_or_insert_default::<CallerSlot>());
    // A request whose header is wrong is received and recorded, but not applied.
    let none = || FaultEffect::none(HeaderMap::new());
    let select = |head: &Parts| {
        let selected = if is_observed { shared.select_fault(head) } else { Ok(none()) };
        selected.map_or_else(|error| (none(), Some(error)), |effect| (effect, None))
    };
    let (mut effect, mut wrong_header) = select(&head);
    let fault = effect.fault_id();
    let recorded = is_observed.then(|| {
        let now = shared.read().now();
        RecordedRequest::new(&head, now, &request_id, fault)
    });
    let record = |recorded| Recording::new(shared.clone(), recorded, Arc::clone(&caller));
    head.headers.insert(REQUEST_ID, request_id.clone());

    if let Some(end) = effect.end_before_reading() {
        drop(recorded.map(record));
        effect.count();
        return connection.end(end).await;
    }
    let receiving = connection.receive();
    let received = shared.bodies().receive(head_bytes(&head), body).await;
    drop(receiving);
    // Only now: until the body has arrived, clients may read responses or leave others unread.
    let received = received.and_then(|body| {
        if connection.is_network() {
            shared.responses().check_responses()?;
        }
        Ok(body)
    });
    let mut recording = recorded.map(|recorded| {
        let body = received.as_ref().map_or(&[][..], |body| &body.bytes);
        record(recorded.with_body(body))
    });
    let mut response = loop {
        let is_handled = AtomicBool::new(true);
        let resets = effect.resets();
        let call = async {
            let body = match (&received, &wrong_header) {
                (Err(error), _) => return refused(error),
                (_, Some(error)) => return error.into_response(),
                (Ok(body), None) => Body::from(body.bytes.clone()),
            };
            let mut request = Request::from_parts(head.clone(), body);
            if is_observed {
                request.extensions_mut().insert(FaultSelected(resets));
            }
            let response = next.clone().run(request).await;
            if response.extensions().get::<NotHandled>().is_some() {
                is_handled.store(false, Ordering::Relaxed);
            }
            response
        };
        let response = effect.run(call, &connection).await;
        if is_handled.load(Ordering::Relaxed) {
            break response;
        }
        // The sandbox was reset meanwhile: the request meets the state and the faults after it.
        (effect, wrong_header) = select(&head);
        if let Some(recording) = &mut recording {
            recording.set_fault(effect.fault_id());
        }
        if let Some(end) = effect.end_before_reading() {
            effect.count();
            return connection.end(end).await;
        }
    };
    if let Some(response) = &mut response {
        response.headers_mut().entry(REQUEST_ID).or_insert(request_id);
        if let Some(date) = date(&shared) {
            response.headers_mut().entry(DATE).or_insert(date);
        }
    }
    if let Some(recording) = recording {
        response = recording.finish(response).await;
    }
    effect.count();
    effect.deliver(response, connection).await
}

/// Returns whether a request asks to be neither recorded nor affected by faults.
fn bypasses(headers: &HeaderMap) -> bool {
    headers.get(BYPASS).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// The time of the sandbox's clock, which is also that of all timestamps.
fn date(shared: &Shared) -> Option<HeaderValue> {
    HeaderValue::from_str(&clock::http_date(shared.read().clock.now())).ok()
}

fn new_request_id() -> HeaderValue {
    let token = ids::token().unwrap_or_default();
    HeaderValue::from_str(&token).unwrap_or(HeaderValue::from_static(""))
}

const REQUEST_ID: &str = "x-request-id";
const BYPASS: &str = "x-sandbox-bypass";
