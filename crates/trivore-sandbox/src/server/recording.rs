//! Logs a request when its call ends.

use axum::response::Response;

use super::recorded_response::RecordedResponse;
use super::request_log::RecordedRequest;
use super::shared::Shared;
use crate::access::caller::{CallerSlot, noted};

/// A request that is logged when this is dropped, even if the client disconnects.
pub(crate) struct Recording {
    shared: Shared,
    request: Option<RecordedRequest>,
    caller: CallerSlot,
}

impl Recording {
    pub(crate) fn new(shared: Shared, request: RecordedRequest, caller: CallerSlot) -> Self {
        Self { shared, request: Some(request), caller }
    }

    /// Sets the fault that affected the request after all.
    pub(crate) fn set_fault(&mut self, fault: Option<u64>) {
        if let Some(request) = &mut self.request {
            request.fault = fault;
        }
    }

    /// Records the request with its response, if there is one, and returns that.
    pub(crate) async fn finish(mut self, response: Option<Response>) -> Option<Response> {
        let status = response.as_ref().map(Response::status);
        let (response, recorded) = match response {
            Some(response) => {
                let (response, recorded) = RecordedResponse::of(response).await;
                (Some(response), Some(recorded))
            }
            None => (None, None),
        };
        if let Some(request) = &mut self.request {
            request.status = status;
            request.response = recorded;
        }
        response
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(mut request) = self.request.take() {
            request.caller = noted(&self.caller);
            self.shared.record_request(request);
        }
    }
}
