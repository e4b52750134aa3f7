//! Injects a fault into a sandbox and creates the client for the call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Request;
use tower::util::MapRequestLayer;
use trivore::transport::{Body, Client, ClientBuilder, RetryPolicy};
use trivore_sandbox::InjectedFault;

use super::proxy::FaultyProxy;
use super::scenario::{Cause, LONGEST};
use super::unreachable::Unreachable;
use super::{Scenario, Times};
use crate::operations::{Case, Setup, Subject};

/// Injects a fault on the route of a case and returns a client with short limits.
///
/// If the server does not respond, an attempt times out after `timeout`.
pub fn inject(
    scenario: &Scenario,
    times: Times,
    (setup, case, subject): (&Setup, &Case, &Subject),
    timeout: Duration,
) -> (ClientBuilder, Hits) {
    let client = setup.client(case, subject);
    let mut hits = Hits::default();
    let (client, faults) = match &scenario.cause {
        Cause::Unreachable => {
            let unreachable = hits.unreachable.insert(Unreachable::new(times));
            (client.transport_layer(unreachable.clone()), &[][..])
        }
        Cause::Sandbox(faults) => (client, &faults[..]),
        Cause::Layer(layer, faults) => (layer(client, timeout, &hits.shed), &faults[..]),
        Cause::Connection(fault) => {
            let proxy = FaultyProxy::start(setup.sandbox(), *fault, times);
            let proxy = hits.proxy.insert(Arc::new(proxy));
            let client = proxy.client().credentials(Setup::credentials(case, subject));
            (client.transport_layer(keeping(proxy)), &[][..])
        }
    };
    let has_own_timeout = matches!(scenario.cause, Cause::Layer(..));
    let client = if scenario.is_silent && !has_own_timeout {
        client.attempt_timeout(timeout)
    } else {
        client
    };

    let operation = case.operation();
    let last = faults.len().saturating_sub(1);
    let injected = faults.iter().enumerate().map(|(index, fault)| {
        let fault = fault.clone().on(operation.method.clone(), operation.route);
        // If there are several faults, only the last one can be permanent.
        let is_lasting = times == Times::Always && index == last;
        let fault = if is_lasting { fault } else { fault.once() };
        setup.sandbox().inject(fault).unwrap()
    });
    hits.injected = injected.collect();
    (settings(client, times, scenario.is_silent), hits)
}

/// Counts how often a fault was applied.
#[derive(Debug, Default)]
pub struct Hits {
    injected: Vec<InjectedFault>,
    unreachable: Option<Unreachable>,
    proxy: Option<Arc<FaultyProxy>>,
    /// Requests that a layer has not let through.
    shed: Arc<AtomicU64>,
}

impl Hits {
    /// Lets connections have their fault from now on, before the first call of a client.
    pub async fn begin(&self, client: &Client) {
        if let Some(proxy) = &self.proxy {
            proxy.begin(client).await;
        }
    }

    /// Returns how often the fault was applied so far.
    pub fn count(&self) -> u64 {
        let unreachable = self.unreachable.as_ref().map_or(0, Unreachable::hits);
        let proxy = self.proxy.as_ref().map_or(0, |proxy| proxy.hits());
        let shed = self.shed.load(Ordering::SeqCst);
        self.injected.iter().map(InjectedFault::hits).sum::<u64>() + unreachable + proxy + shed
    }
}

/// Keeps a server as long as its client.
///
/// Otherwise, another server may get its port, and the client would send its calls to that one.
fn keeping(
    server: &Arc<FaultyProxy>,
) -> MapRequestLayer<impl Fn(Request<Body>) -> Request<Body> + Clone + use<>> {
    let server = Arc::clone(server);
    MapRequestLayer::new(move |request| {
        let _server = &server;
        request
    })
}

/// Sets short retry delays.
fn settings(client: ClientBuilder, times: Times, is_silent: bool) -> ClientBuilder {
    let attempts = match times {
        // On a busy machine, an attempt with a short timeout may fail without a fault.
        Times::Once if is_silent => u32::try_from(SILENT_ATTEMPTS).unwrap(),
        Times::Once | Times::Always => 3,
    };
    let policy = RetryPolicy::backoff().max_attempts(attempts).base_delay(Duration::from_millis(1));
    client.retry(policy).no_retry_budget().max_response_size(LONGEST)
}

/// Attempts of a call that meets a silent scenario once.
pub(super) const SILENT_ATTEMPTS: usize = 8;
