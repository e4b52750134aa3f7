//! Applies a fault to one call.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;
use tokio::sync::watch;

use super::behavior::Behavior;
use super::body::FaultBody;
use super::fault::Fault;
use super::response;
use super::site::Site;
use crate::connection::End;

/// The effect of a fault, or of none, on one request.
///
/// The methods are called in this order: [`end_before_reading`](Self::end_before_reading),
/// [`run`](Self::run), [`count`](Self::count), [`deliver`](Self::deliver).
pub(crate) struct Strike {
    hit: Option<Hit>,
    headers: HeaderMap,
}

/// The script that affects the request.
struct Hit {
    id: u64,
    fault: Arc<Fault>,
    hits: Option<Arc<watch::Sender<u64>>>,
}

impl Strike {
    pub(super) fn new(
        id: u64,
        fault: Arc<Fault>,
        hits: Arc<watch::Sender<u64>>,
        headers: HeaderMap,
    ) -> Self {
        Self { hit: Some(Hit { id, fault, hits: Some(hits) }), headers }
    }

    /// Creates a strike without a fault, with headers for the response.
    pub(crate) fn none(headers: HeaderMap) -> Self {
        Self { hit: None, headers }
    }

    /// Returns whether access tokens expire before the call.
    pub(crate) fn expires_tokens(&self) -> bool {
        matches!(self.behavior(), Some(Behavior::ExpireTokens))
    }

    /// Returns whether all tokens are revoked before the call.
    pub(crate) fn revokes_tokens(&self) -> bool {
        matches!(self.behavior(), Some(Behavior::RevokeTokens))
    }

    fn behavior(&self) -> Option<&Behavior> {
        self.hit.as_ref().map(|hit| &hit.fault.behavior)
    }

    /// Returns the identifier of the script.
    pub(crate) fn fault_id(&self) -> Option<u64> {
        self.hit.as_ref().map(|hit| hit.id)
    }

    /// Returns how the connection ends, if it ends before the request's body is read.
    pub(crate) fn end_before_reading(&self) -> Option<End> {
        let behavior = self.behavior()?;
        if *behavior == Behavior::ResetBefore { behavior.end() } else { None }
    }

    /// Runs the call if the fault allows it, and returns the response, if one is sent.
    pub(crate) async fn run(
        &mut self,
        call: impl Future<Output = Response>,
        site: &Site,
    ) -> Option<Response> {
        if let Some(Behavior::DelayBeforeApplying { ms }) = self.behavior() {
            let delay = Duration::from_millis(*ms);
            self.count();
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = site.clone().stopped() => return None,
            }
        }
        let Some(fault) = self.hit.as_ref().map(|hit| Arc::clone(&hit.fault)) else {
            return Some(self.with_headers(call.await));
        };
        let applied = if fault.behavior.applies() { Some(call.await) } else { None };
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
    pub(crate) async fn deliver(self, response: Option<Response>, site: Site) -> Response {
        let Some(response) = response else {
            return match self.behavior().and_then(Behavior::end) {
                Some(end) => site.end(end).await,
                None => site.hold().await,
            };
        };
        if let Some(Behavior::Delay { ms }) = self.behavior() {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(*ms)) => {}
                () = site.clone().stopped() => {}
            }
        }
        if let Some(Behavior::CutBody { bytes }) = self.behavior() {
            let (head, body) = response::read(response).await;
            return Response::from_parts(head, Body::new(FaultBody::cut(&body, *bytes, site)));
        }
        if let Some(Behavior::StallBody { bytes }) = self.behavior() {
            let (head, body) = response::read(response).await;
            return Response::from_parts(head, Body::new(FaultBody::stalled(&body, *bytes, site)));
        }
        if let Some(Behavior::Drip { bytes, ms }) = self.behavior() {
            let (head, body) = response::read(response).await;
            let body = FaultBody::drip(body, *bytes, Duration::from_millis(*ms), site);
            return Response::from_parts(head, Body::new(body));
        }
        response
    }

    /// Adds the script's headers to a response; they replace its own.
    fn with_headers(&self, mut response: Response) -> Response {
        response.headers_mut().extend(self.headers.clone());
        response
    }
}
