//! Applies a fault to one call.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;
use tokio::sync::watch;

use super::body::FaultBody;
use super::fault::Fault;
use super::kind::FaultKind;
use super::request_connection::RequestConnection;
use super::response;
use crate::connection::ConnectionEnd;

/// The effect of a fault, or of none, on one request.
///
/// The methods are called in this order: [`end_before_reading`](Self::end_before_reading),
/// [`run`](Self::run), [`count`](Self::count), [`deliver`](Self::deliver).
pub(crate) struct FaultEffect {
    hit: Option<SelectedFault>,
    headers: HeaderMap,
    /// How often the sandbox was reset before the fault was selected.
    resets: u64,
}

/// The fault that affects the request.
struct SelectedFault {
    /// `None` if it is a fault of this request only.
    id: Option<u64>,
    fault: Arc<Fault>,
    hits: Option<Arc<watch::Sender<u64>>>,
}

impl FaultEffect {
    pub(super) fn new(
        id: u64,
        fault: Arc<Fault>,
        hits: Arc<watch::Sender<u64>>,
        headers: HeaderMap,
    ) -> Self {
        let hit = SelectedFault { id: Some(id), fault, hits: Some(hits) };
        Self { hit: Some(hit), headers, resets: 0 }
    }

    /// Creates the effect of a fault that affects only one request.
    pub(super) fn of_request(fault: Arc<Fault>, headers: HeaderMap) -> Self {
        Self { hit: Some(SelectedFault { id: None, fault, hits: None }), headers, resets: 0 }
    }

    /// Creates the effect of no fault, with headers for the response.
    pub(crate) fn none(headers: HeaderMap) -> Self {
        Self { hit: None, headers, resets: 0 }
    }

    pub(super) fn selected_at(self, resets: u64) -> Self {
        Self { resets, ..self }
    }

    /// Returns how often the sandbox was reset before the fault was selected.
    pub(crate) fn resets(&self) -> u64 {
        self.resets
    }

    /// Returns whether access tokens expire before the call.
    pub(crate) fn expires_tokens(&self) -> bool {
        matches!(self.kind(), Some(FaultKind::ExpireTokens))
    }

    /// Returns whether all tokens are revoked before the call.
    pub(crate) fn revokes_tokens(&self) -> bool {
        matches!(self.kind(), Some(FaultKind::RevokeTokens))
    }

    fn kind(&self) -> Option<&FaultKind> {
        self.hit.as_ref().map(|hit| &hit.fault.kind)
    }

    /// Returns the identifier of the fault, if it was injected.
    pub(crate) fn fault_id(&self) -> Option<u64> {
        self.hit.as_ref().and_then(|hit| hit.id)
    }

    /// Returns how the connection ends, if it ends before the request's body is read.
    pub(crate) fn end_before_reading(&self) -> Option<ConnectionEnd> {
        let kind = self.kind()?;
        if *kind == FaultKind::ResetBefore { kind.end() } else { None }
    }

    /// Runs the call if the fault allows it, and returns the response, if one is sent.
    pub(crate) async fn run(
        &mut self,
        call: impl Future<Output = Response>,
        connection: &RequestConnection,
    ) -> Option<Response> {
        if let Some(FaultKind::DelayBeforeApplying { ms }) = self.kind() {
            let delay = Duration::from_millis(*ms);
            self.count();
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = connection.clone().stopped() => return None,
            }
        }
        let Some(fault) = self.hit.as_ref().map(|hit| Arc::clone(&hit.fault)) else {
            return Some(self.with_headers(call.await));
        };
        let applied = if fault.kind.applies() { Some(call.await) } else { None };
        let response = response::make(&fault, applied).await?;
        Some(self.with_headers(response))
    }

    /// Counts the hit; only the first call has an effect.
    pub(crate) fn count(&mut self) {
        if let Some(hits) = self.hit.as_mut().and_then(|hit| hit.hits.take()) {
            hits.send_modify(|hits| *hits += 1);
        }
    }

    /// Returns the response as the fault requires, or ends or holds the connection.
    pub(crate) async fn deliver(
        self,
        response: Option<Response>,
        connection: RequestConnection,
    ) -> Response {
        let Some(response) = response else {
            return match self.kind().and_then(FaultKind::end) {
                Some(end) => connection.end(end).await,
                None => connection.hold().await,
            };
        };
        if let Some(FaultKind::Delay { ms }) = self.kind() {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(*ms)) => {}
                () = connection.clone().stopped() => {}
            }
        }
        if let Some(FaultKind::CutBody { bytes }) = self.kind() {
            let (head, body) = response::read(response).await;
            return Response::from_parts(
                head,
                Body::new(FaultBody::cut(&body, *bytes, connection)),
            );
        }
        if let Some(FaultKind::StallBody { bytes }) = self.kind() {
            let (head, body) = response::read(response).await;
            return Response::from_parts(
                head,
                Body::new(FaultBody::stalled(&body, *bytes, connection)),
            );
        }
        if let Some(FaultKind::Drip { bytes, ms }) = self.kind() {
            let (head, body) = response::read(response).await;
            let body = FaultBody::drip(body, *bytes, Duration::from_millis(*ms), connection);
            return Response::from_parts(head, Body::new(body));
        }
        response
    }

    /// Adds the fault's headers to a response; they replace its own.
    fn with_headers(&self, mut response: Response) -> Response {
        response.headers_mut().extend(self.headers.clone());
        response
    }
}
