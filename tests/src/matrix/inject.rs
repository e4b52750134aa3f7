//! Injects a fault into a sandbox and creates the client for the call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use trivore::transport::{ClientBuilder, RetryPolicy};
use trivore_sandbox::InjectedFault;

use super::scenario::LONGEST;
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
    let client = settings(setup.client(case, subject), times, scenario.is_silent);
    let shed = Arc::default();
    let client = match scenario.layer {
        Some(layer) => layer(client, timeout, &shed),
        None if scenario.is_silent => client.attempt_timeout(timeout),
        None => client,
    };
    if scenario.faults.is_empty() && scenario.layer.is_none() {
        let unreachable = Unreachable::new(times);
        let client = client.transport_layer(unreachable.clone());
        return (client, Hits { injected: Vec::new(), unreachable: Some(unreachable), shed });
    }

    let operation = case.operation();
    let last = scenario.faults.len().saturating_sub(1);
    let injected = scenario.faults.iter().enumerate().map(|(index, fault)| {
        let fault = fault.clone().on(operation.method.clone(), operation.route);
        // If there are several faults, only the last one can be permanent.
        let is_lasting = times == Times::Always && index == last;
        let fault = if is_lasting { fault } else { fault.once() };
        setup.sandbox().inject(fault).unwrap()
    });
    (client, Hits { injected: injected.collect(), unreachable: None, shed })
}

/// Counts how often a fault was applied.
#[derive(Debug)]
pub struct Hits {
    injected: Vec<InjectedFault>,
    unreachable: Option<Unreachable>,
    /// Requests that a layer has not let through.
    shed: Arc<AtomicU64>,
}

impl Hits {
    /// Returns how often the fault was applied so far.
    pub fn count(&self) -> u64 {
        let unreachable = self.unreachable.as_ref().map_or(0, Unreachable::hits);
        let shed = self.shed.load(Ordering::SeqCst);
        self.injected.iter().map(InjectedFault::hits).sum::<u64>() + unreachable + shed
    }
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
