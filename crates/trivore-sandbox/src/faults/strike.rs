//! Carries out a fault around one call.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;
use tokio::sync::watch;

use super::answer;
use super::behavior::Behavior;
use super::body::FaultBody;
use super::fault::Fault;
use super::site::Site;
use crate::connection::End;

/// What happens to one request.
///
/// In order: [`end_before_reading`](Self::end_before_reading), [`run`](Self::run),
/// [`count`](Self::count) and [`deliver`](Self::deliver).
pub(crate) struct Strike {
    hit: Option<Hit>,
    headers: HeaderMap,
}

/// A script that strikes the request.
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

    /// No fault, but headers for the answer.
    pub(crate) fn none(headers: HeaderMap) -> Self {
        Self { hit: None, headers }
    }

    pub(super) fn behavior(&self) -> Option<&Behavior> {
        self.hit.as_ref().map(|hit| &hit.fault.behavior)
    }

    /// Returns the number of the script.
    pub(crate) fn fault_id(&self) -> Option<u64> {
        self.hit.as_ref().map(|hit| hit.id)
    }

    /// Says whether the connection ends before the request's body is read.
    pub(crate) fn end_before_reading(&self) -> Option<End> {
        let behavior = self.behavior()?;
        if *behavior == Behavior::ResetBefore { behavior.end() } else { None }
    }

    /// Lets the call happen, as far as it does, and returns the answer, if there is to be one.
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
        let answer = answer::make(&fault, applied).await?;
        Some(self.with_headers(answer))
    }

    /// Counts the hit, once.
    pub(crate) fn count(&mut self) {
        if let Some(hits) = self.hit.as_mut().and_then(|hit| hit.hits.take()) {
            hits.send_modify(|hits| *hits += 1);
        }
    }

    /// Sends the answer in the way that the fault allows, or does what comes in its place.
    pub(crate) async fn deliver(self, answer: Option<Response>, site: Site) -> Response {
        let Some(answer) = answer else {
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
            let (head, body) = answer::read(answer).await;
            return Response::from_parts(head, Body::new(FaultBody::cut(&body, *bytes, site)));
        }
        if let Some(Behavior::StallBody { bytes }) = self.behavior() {
            let (head, body) = answer::read(answer).await;
            return Response::from_parts(head, Body::new(FaultBody::stalled(&body, *bytes, site)));
        }
        if let Some(Behavior::Drip { bytes, ms }) = self.behavior() {
            let (head, body) = answer::read(answer).await;
            let body = FaultBody::drip(body, *bytes, Duration::from_millis(*ms), site);
            return Response::from_parts(head, Body::new(body));
        }
        answer
    }

    /// Adds the script's headers to an answer, in the place of its own.
    fn with_headers(&self, mut answer: Response) -> Response {
        answer.headers_mut().extend(self.headers.clone());
        answer
    }
}
