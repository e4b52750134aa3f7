//! Reports each request to an observer, without secrets and personal data.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::access::caller::{CallerSlot, noted};

/// One request that the sandbox has served, or refused.
///
/// It has no secrets and no personal data: no path and query as sent, no names, no headers and no
/// bodies. [`Builder::on_request`](crate::Builder::on_request) passes it to an observer.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedRequest {
    /// Method.
    pub method: Method,
    /// Route, such as `/api/rest/v1/user/{userId}`; `None` if the sandbox has no such path.
    pub route: Option<String>,
    /// Status of the response; `None` if a fault or the client prevented a response.
    pub status: Option<StatusCode>,
    /// Time until the head of the response, including the delay of a fault.
    pub duration: Duration,
    /// Client or user with valid credentials, such as `client 1000000000000001` or
    /// `user 68a1b2c35adb0c0000000001`.
    ///
    /// It is `None` outside the Management API, where no credentials are necessary or they are part
    /// of the request.
    pub caller: Option<String>,
}

/// A function that is called for each request.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&ServedRequest) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&ServedRequest) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    /// Begins to observe a request, until the returned value is finished or dropped.
    pub(super) fn begin(&self, request: &mut Request) -> ObservedRequest {
        let caller = CallerSlot::default();
        request.extensions_mut().insert(Arc::clone(&caller));
        ObservedRequest {
            observer: self.clone(),
            begin: Instant::now(),
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned()),
            status: None,
            caller,
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}

/// A request that is reported when this is dropped, even if the client disconnects.
pub(super) struct ObservedRequest {
    observer: Observer,
    begin: Instant,
    method: Method,
    route: Option<String>,
    status: Option<StatusCode>,
    caller: CallerSlot,
}

impl ObservedRequest {
    /// Reports the request with the status of its response.
    pub(super) fn finish(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for ObservedRequest {
    fn drop(&mut self) {
        (self.observer.0)(&ServedRequest {
            method: self.method.clone(),
            route: self.route.take(),
            status: self.status,
            duration: self.begin.elapsed(),
            caller: noted(&self.caller),
        });
    }
}
