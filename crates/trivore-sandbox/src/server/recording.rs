//! Logs a request when its call ends.

use http::StatusCode;

use super::request_log::RecordedRequest;
use super::shared::Shared;

/// A request that is logged when this is dropped, even if the client disconnects.
pub(crate) struct Recording {
    shared: Shared,
    request: Option<RecordedRequest>,
}

impl Recording {
    pub(crate) fn new(shared: Shared, request: RecordedRequest) -> Self {
        Self { shared, request: Some(request) }
    }

    /// Sets the fault that affected the request after all.
    pub(crate) fn set_fault(&mut self, fault: Option<u64>) {
        if let Some(request) = &mut self.request {
            request.fault = fault;
        }
    }

    /// Records the request with the status of its response.
    pub(crate) fn finish(mut self, status: Option<StatusCode>) {
        if let Some(request) = &mut self.request {
            request.status = status;
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            let bytes = request.bytes();
            self.shared.requests().push(request, bytes);
        }
    }
}
