//! Counts the bytes of all requests and responses, and receives bodies within limits.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::values::api_error::ApiError;

/// The bytes of all requests that are being received or handled, or of all responses that are being
/// sent.
#[derive(Clone, Default)]
pub(crate) struct Bodies(Arc<AtomicUsize>);

impl Bodies {
    /// Receives a body completely; the size of the head counts as well.
    ///
    /// Small bodies find room even if large ones take all that they may.
    pub(super) async fn receive(
        &self,
        head_size: usize,
        body: Body,
    ) -> Result<ReceivedBody, ApiError> {
        if body.size_hint().lower() > MAX_BODY_BYTES as u64 {
            return Err(too_large());
        }
        let Ok(received) = tokio::time::timeout(TIME_LIMIT, self.read(head_size, body)).await
        else {
            let message = "The request body was not received within 60 seconds.";
            return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, message));
        };
        received
    }

    async fn read(&self, head_size: usize, mut body: Body) -> Result<ReceivedBody, ApiError> {
        let mut held = HeldBytes { bodies: self.clone(), bytes: 0 };
        held.add(head_size, MAX_HELD_BYTES)?;
        let mut total = 0_usize;
        let mut first = Bytes::new();
        // Chunks are copied into one buffer: each would keep more memory than its own bytes.
        let mut all = Vec::new();
        while let Some(frame) = next_frame(&mut body).await {
            let frame = frame.map_err(|error| {
                ApiError::bad_request(format!("The request body could not be read: {error}."))
            })?;
            let Ok(chunk) = frame.into_data() else { continue };
            total = total.saturating_add(chunk.len());
            if total > MAX_BODY_BYTES {
                return Err(too_large());
            }
            let is_small = total <= SMALL_BODY_BYTES;
            held.add(chunk.len(), if is_small { MAX_HELD_BYTES } else { MAX_LARGE_BYTES })?;
            if first.is_empty() && all.is_empty() {
                first = chunk;
                continue;
            }
            if all.is_empty() {
                all.extend_from_slice(&first);
                first = Bytes::new();
            }
            all.extend_from_slice(&chunk);
        }
        let bytes = if all.is_empty() { first } else { all.into() };
        Ok(ReceivedBody { bytes, _held: held })
    }

    /// Counts the body of a response until the returned value is dropped.
    ///
    /// All bytes of a body count, unless it is known how many of them are in memory.
    pub(super) fn hold(&self, body: &Body, in_memory: Option<usize>) -> HeldBytes {
        let all = || usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let bytes = in_memory.unwrap_or_else(all);
        // Capped, so that one announced length cannot dominate the sum.
        let bytes = bytes.min(MAX_RESPONSE_BYTES);
        self.0.fetch_add(bytes, Ordering::Relaxed);
        HeldBytes { bodies: self.clone(), bytes }
    }

    /// Fails if clients have too many responses left to read.
    pub(super) fn check_responses(&self) -> Result<(), ApiError> {
        if self.0.load(Ordering::Relaxed) < MAX_RESPONSE_BYTES {
            return Ok(());
        }
        let message = "Too many responses wait for their clients to read them.";
        Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message))
    }

    /// Returns the bytes of all bodies.
    #[cfg(test)]
    pub(crate) fn held_bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A body that was received; its bytes count until this is dropped.
pub(super) struct ReceivedBody {
    pub(super) bytes: Bytes,
    _held: HeldBytes,
}

/// Bytes of one request or response, as part of the sum of all.
pub(super) struct HeldBytes {
    bodies: Bodies,
    bytes: usize,
}

impl HeldBytes {
    /// Counts more bytes, if the sum of all stays within the limit.
    fn add(&mut self, bytes: usize, limit: usize) -> Result<(), ApiError> {
        let fits = |held: usize| held.checked_add(bytes).filter(|held| *held <= limit);
        let sum = &self.bodies.0;
        if sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            let message = "Too many requests are being received.";
            return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message));
        }
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.bodies.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

async fn next_frame(body: &mut Body) -> Option<Result<http_body::Frame<Bytes>, axum::Error>> {
    std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await
}

/// Responds to a request that was refused, or whose body was not received.
pub(super) fn refused(error: &ApiError) -> Response {
    let mut response = error.into_response();
    if error.status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn too_large() -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The request body is longer than 10 MiB.")
}

/// Limit on one body.
pub(crate) const MAX_BODY_BYTES: usize = 10 << 20;
/// Limit on all requests together.
pub(crate) const MAX_HELD_BYTES: usize = MAX_LARGE_BYTES + (32 << 20);
/// Up to this sum, bodies that are not small find room.
const MAX_LARGE_BYTES: usize = 64 << 20;
const SMALL_BODY_BYTES: usize = 16 << 10;
/// Limit on all responses together; above it, requests are refused.
const MAX_RESPONSE_BYTES: usize = 256 << 20;
/// Limit on the time for receiving a body.
const TIME_LIMIT: Duration = Duration::from_secs(60);
