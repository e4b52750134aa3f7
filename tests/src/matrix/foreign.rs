//! Layers of tower and tower-http, each in one of the three slots.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt as _, service_fn};
use tower_http::timeout::TimeoutLayer as StatusLayer;
use trivore::Error;
use trivore::transport::{Body, ClientBuilder, Next};

/// Puts a layer into a client; it waits for that long, and counts what it does not let through.
pub(super) type ForeignLayer = fn(ClientBuilder, Duration, &Arc<AtomicU64>) -> ClientBuilder;

pub(super) const STATUS_IN_CALL: ForeignLayer =
    |client, timeout, _| client.call_layer(status(timeout));
pub(super) const STATUS_IN_ATTEMPT: ForeignLayer =
    |client, timeout, _| client.attempt_layer(status(timeout));
pub(super) const STATUS_IN_TRANSPORT: ForeignLayer =
    |client, timeout, _| client.transport_layer(status(timeout));

pub(super) const TIMEOUT_IN_CALL: ForeignLayer =
    |client, timeout, _| client.call_layer(TimeoutLayer::new(timeout));
pub(super) const TIMEOUT_IN_ATTEMPT: ForeignLayer =
    |client, timeout, _| client.attempt_layer(TimeoutLayer::new(timeout));
pub(super) const TIMEOUT_IN_TRANSPORT: ForeignLayer =
    |client, timeout, _| client.transport_layer(TimeoutLayer::new(timeout));

pub(super) const SHED_IN_CALL: ForeignLayer =
    |client, _, hits| client.call_layer(counting(hits)).call_layer((LoadShedLayer::new(), full()));
pub(super) const SHED_IN_ATTEMPT: ForeignLayer = |client, _, hits| {
    client.attempt_layer(counting(hits)).attempt_layer((LoadShedLayer::new(), full()))
};
pub(super) const SHED_IN_TRANSPORT: ForeignLayer = |client, _, hits| {
    client.transport_layer(counting(hits)).transport_layer((LoadShedLayer::new(), full()))
};

pub(super) const FULL_IN_CALL: ForeignLayer =
    |client, timeout, hits| client.timeout(timeout).call_layer(counting(hits)).call_layer(full());
pub(super) const FULL_IN_ATTEMPT: ForeignLayer = |client, timeout, hits| {
    client.timeout(timeout).attempt_layer(counting(hits)).attempt_layer(full())
};
pub(super) const FULL_IN_TRANSPORT: ForeignLayer = |client, timeout, hits| {
    client.timeout(timeout).transport_layer(counting(hits)).transport_layer(full())
};

/// Counts the requests that come by.
///
/// It is always ready and waits in its call, so it also counts those that wait for a permit below.
#[derive(Clone)]
struct Counting(Arc<AtomicU64>);

fn counting(hits: &Arc<AtomicU64>) -> Counting {
    Counting(Arc::clone(hits))
}

impl Layer<Next> for Counting {
    type Service = BoxCloneSyncService<Request<Body>, Response<Body>, Error>;

    fn layer(&self, next: Next) -> Self::Service {
        let Self(hits) = self.clone();
        BoxCloneSyncService::new(service_fn(move |request: Request<Body>| {
            hits.fetch_add(1, Ordering::SeqCst);
            next.clone().oneshot(request)
        }))
    }
}

fn status(timeout: Duration) -> StatusLayer {
    StatusLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, timeout)
}

/// A limit of which all permits are taken.
fn full() -> GlobalConcurrencyLimitLayer {
    GlobalConcurrencyLimitLayer::with_semaphore(Arc::new(Semaphore::new(0)))
}
