//! Records the requests that reach the sandbox.

use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

/// One request and the status of its response.
///
/// It contains credentials and bodies as received; `Debug` shows neither.
#[non_exhaustive]
#[derive(Clone)]
pub struct RecordedRequest {
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
    /// `X-Request-Id` of the request and the response.
    pub request_id: String,
    /// Identifier of the fault that affected the request, if any.
    pub fault: Option<u64>,
}

impl RecordedRequest {
    /// Creates a record of a request whose body has not been read yet.
    pub(crate) fn new(head: &Parts, request_id: &HeaderValue, fault: Option<u64>) -> Self {
        Self {
            method: head.method.clone(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers.clone(),
            body: Bytes::new(),
            status: None,
            request_id: String::from_utf8_lossy(request_id.as_bytes()).into_owned(),
            fault,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let headers: Vec<Value> = self
            .headers
            .iter()
            .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
            .collect();
        json!({
            "method": self.method.as_str(),
            "path": self.path,
            "query": self.query,
            "headers": headers,
            "body": String::from_utf8_lossy(&self.body),
            "status": self.status.map(|status| status.as_u16()),
            "requestId": self.request_id,
            "fault": self.fault,
        })
    }
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

/// Keeps the newest requests, within a limit on their number and on their total body size.
#[derive(Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<RecordedRequest>,
    body_bytes: usize,
}

impl RequestLog {
    pub(crate) fn push(&mut self, request: RecordedRequest) {
        self.body_bytes += request.body.len();
        self.requests.push_back(request);
        while self.requests.len() > MAX_REQUESTS || self.body_bytes > MAX_BODY_BYTES {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.body_bytes -= oldest.body.len();
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

const MAX_REQUESTS: usize = 10_000;
const MAX_BODY_BYTES: usize = 32 << 20;
