//! Records the responses to requests.

use std::fmt;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::request_log::{copied, headers_bytes, headers_json};
use crate::values::api_error::ApiError;

/// The response to a [`RecordedRequest`](crate::RecordedRequest).
///
/// It may contain tokens and personal data; `Debug` shows neither headers nor the body.
#[non_exhaustive]
#[derive(Clone)]
pub struct RecordedResponse {
    /// Headers, without those that depend on the connection.
    pub headers: HeaderMap,
    /// Body; `None` if it is longer than 256 KiB, or of unknown length.
    pub body: Option<Bytes>,
    /// Length of the body in bytes; `None` if it is unknown when the response begins.
    pub body_length: Option<u64>,
}

impl RecordedResponse {
    /// Records a response, and returns it.
    pub(super) async fn of(response: Response) -> (Response, Self) {
        let (head, body) = response.into_parts();
        let headers = copied(&head.headers);
        let body_length = body.size_hint().exact();
        if body_length.is_none_or(|length| length > MAX_BODY_BYTES) {
            return (Response::from_parts(head, body), Self { headers, body: None, body_length });
        }
        match to_bytes(body, usize::MAX).await {
            Ok(bytes) => {
                let recorded = Self { headers, body: Some(bytes.clone()), body_length };
                (Response::from_parts(head, Body::from(bytes)), recorded)
            }
            Err(error) => {
                let error = ApiError::internal(format!("The response was not written: {error}."));
                (error.into_response(), Self { headers, body: None, body_length })
            }
        }
    }

    /// Returns about how many bytes of memory this takes.
    pub(super) fn bytes(&self) -> usize {
        headers_bytes(&self.headers) + self.body.as_ref().map_or(0, Bytes::len)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "headers": headers_json(&self.headers),
            "body": self.body.as_ref().map(|body| String::from_utf8_lossy(body)),
            "bodyLength": self.body_length,
        })
    }
}

impl fmt::Debug for RecordedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedResponse")
            .field("content_type", &self.headers.get(header::CONTENT_TYPE))
            .field("body_length", &self.body_length)
            .finish_non_exhaustive()
    }
}

/// Longer bodies are not recorded.
const MAX_BODY_BYTES: u64 = 256 << 10;
