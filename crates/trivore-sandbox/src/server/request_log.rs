//! Records the requests that reach the sandbox.

use std::fmt;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::recorded_response::RecordedResponse;
use crate::values::bounded_log::BoundedLog;

/// One request and its response.
///
/// It contains credentials and bodies as received; `Debug` shows neither.
#[non_exhaustive]
#[derive(Clone)]
pub struct RecordedRequest {
    /// Time of the request, in ISO 8601 and UTC.
    pub time: String,
    /// Method.
    pub method: Method,
    /// Path as it was sent, still percent-encoded.
    pub path: String,
    /// Query as it was sent, without the question mark.
    pub query: Option<String>,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    /// Status of the response; `None` if a fault or the client prevented a response.
    pub status: Option<StatusCode>,
    /// The response, before a fault cut or delayed it; `None` if a fault or the client prevented a
    /// response.
    pub response: Option<RecordedResponse>,
    /// Client or user with valid credentials, as in
    /// [`ServedRequest::caller`](crate::ServedRequest::caller).
    pub caller: Option<String>,
    /// `X-Request-Id` of the request and the response.
    pub request_id: String,
    /// Identifier of the injected fault that affected the request, if any; a fault in the request's
    /// header has none.
    pub fault: Option<u64>,
}

impl RecordedRequest {
    /// Creates a record of a request whose body has not been read yet.
    pub(crate) fn new(
        head: &Parts,
        time: String,
        request_id: &HeaderValue,
        fault: Option<u64>,
    ) -> Self {
        Self {
            time,
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: copied(&head.headers),
            body: Bytes::new(),
            status: None,
            response: None,
            caller: None,
            request_id: String::from_utf8_lossy(request_id.as_bytes()).into_owned(),
            fault,
        }
    }

    /// Adds the body, as a copy.
    pub(crate) fn with_body(mut self, body: &[u8]) -> Self {
        self.body = Bytes::copy_from_slice(body);
        self
    }

    /// Returns about how many bytes of memory this takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.time.len()
            + self.method.as_str().len()
            + self.path.len()
            + self.query.as_ref().map_or(0, String::len)
            + self.request_id.len()
            + headers_bytes(&self.headers)
            + self.body.len()
            + self.caller.as_ref().map_or(0, String::len)
            + self.response.as_ref().map_or(0, RecordedResponse::bytes)
    }

    /// Returns what fits in one line.
    pub(crate) fn to_summary(&self) -> Value {
        json!({
            "time": self.time,
            "method": self.method.as_str(),
            "path": self.path,
            "query": self.query,
            "status": self.status.map(|status| status.as_u16()),
            "caller": self.caller,
            "requestId": self.request_id,
            "fault": self.fault,
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut shown = self.to_summary();
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("headers".to_owned(), headers_json(&self.headers));
            shown.insert("body".to_owned(), String::from_utf8_lossy(&self.body).into());
            let response = self.response.as_ref().map(RecordedResponse::to_json);
            shown.insert("response".to_owned(), response.into());
        }
        shown
    }
}

/// Returns about how many bytes of memory the head of a request takes.
pub(super) fn head_bytes(head: &Parts) -> usize {
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    size_of::<Parts>() + head.method.as_str().len() + target + headers_bytes(&head.headers)
}

/// Returns headers as a list of pairs.
pub(super) fn headers_json(headers: &HeaderMap) -> Value {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| json!([name.as_str(), text(value)])).collect()
}

pub(super) fn headers_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + HEADER_BYTES).sum()
}

/// Copies headers, whose values would otherwise keep the whole buffer of the connection.
pub(super) fn copied(headers: &HeaderMap) -> HeaderMap {
    let copy = |value: &HeaderValue| HeaderValue::from_bytes(value.as_bytes()).ok();
    headers.iter().filter_map(|(name, value)| Some((name.clone(), copy(value)?))).collect()
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("fault", &self.fault)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Received requests, oldest first.
pub(crate) type RequestLog = BoundedLog<RecordedRequest>;

/// Limit on the bytes of all requests.
pub(crate) const MAX_LOG_BYTES: usize = 32 << 20;
/// What a header takes beside its name and value, in a map that is half full.
const HEADER_BYTES: usize = 2 * (size_of::<HeaderName>() + size_of::<HeaderValue>());
