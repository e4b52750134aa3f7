//! A request that was received completely.

use axum::RequestExt as _;
use axum::body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use bytes::Bytes;
use http::HeaderMap;

use super::query::Query;
use crate::access::caller::{CallerId, CallerSlot};
use crate::values::api_error::ApiError;

/// How often the sandbox was reset before the fault of a request was selected.
#[derive(Clone, Copy)]
pub(crate) struct FaultSelected(pub(crate) u64);

/// Marks the response to a request that was not handled, because the sandbox was reset since its
/// fault was selected.
#[derive(Clone, Copy)]
pub(crate) struct NotHandled;

/// What handlers read of a request.
pub(crate) struct ApiRequest {
    path: String,
    pub(crate) headers: HeaderMap,
    parameters: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
    caller: Option<CallerSlot>,
    fault: Option<FaultSelected>,
}

impl ApiRequest {
    pub(crate) async fn read(mut request: Request) -> Result<Self, ApiError> {
        let parameters = match request.extract_parts::<RawPathParams>().await {
            Ok(found) => found.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            Err(RawPathParamsRejection::MissingPathParams(_)) => Vec::new(),
            Err(_) => return Err(ApiError::bad_request("The path is not UTF-8.")),
        };
        let caller = request.extensions_mut().remove::<CallerSlot>();
        let fault = request.extensions_mut().remove::<FaultSelected>();
        let (head, body) = request.into_parts();
        let body = body::to_bytes(body, usize::MAX).await.map_err(|error| {
            ApiError::bad_request(format!("Request body could not be read: {error}."))
        })?;
        let query = Query::parse(head.uri.query().unwrap_or_default().as_bytes());
        let path = head.uri.path().to_owned();
        Ok(Self { path, headers: head.headers, parameters, query, body, caller, fault })
    }

    /// Notes who sent the request, if anybody wants to know.
    pub(crate) fn note_caller(&self, caller: &CallerId) {
        if let Some(slot) = &self.caller {
            slot.get_or_init(|| caller.clone());
        }
    }

    /// Returns whether the sandbox was reset after the fault of this request was selected.
    pub(crate) fn is_before_reset(&self, resets: u64) -> bool {
        self.fault.is_some_and(|FaultSelected(selected)| selected != resets)
    }

    /// Returns the path as it was sent.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns a decoded path segment by its name in the route, or an empty text.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}
