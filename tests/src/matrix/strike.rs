//! Injects a fault into a sandbox and creates the client for the call.

use std::time::Duration;

use trivore::transport::{ClientBuilder, RetryPolicy};
use trivore_sandbox::InjectedFault;

use super::trouble::LONGEST;
use super::unreachable::Unreachable;
use super::{Times, Trouble};
use crate::operations::{Case, Setup, Subject};

/// Injects a fault on the route of a case and returns a client with short limits.
///
/// If the server does not respond, an attempt times out after `patience`.
pub fn strike(
    trouble: &Trouble,
    times: Times,
    (setup, case, subject): (&Setup, &Case, &Subject),
    patience: Duration,
) -> (ClientBuilder, Hits) {
    let patience = trouble.is_silent.then_some(patience);
    let client = settings(setup.client(case, subject), times, patience);
    if trouble.faults.is_empty() {
        let unreachable = Unreachable::new(times);
        let client = client.transport_layer(unreachable.clone());
        return (client, Hits { injected: Vec::new(), unreachable: Some(unreachable) });
    }

    let operation = case.operation();
    let last = trouble.faults.len() - 1;
    let injected = trouble.faults.iter().enumerate().map(|(index, fault)| {
        let fault = fault.clone().on(operation.method.clone(), operation.route);
        // If there are several faults, only the last one can be permanent.
        let is_lasting = times == Times::Always && index == last;
        let fault = if is_lasting { fault } else { fault.once() };
        setup.sandbox().inject(fault).unwrap()
    });
    (client, Hits { injected: injected.collect(), unreachable: None })
}

/// Counts how often a fault was applied.
#[derive(Debug)]
pub struct Hits {
    injected: Vec<InjectedFault>,
    unreachable: Option<Unreachable>,
}

impl Hits {
    /// Returns how often the fault was applied so far.
    pub fn count(&self) -> u64 {
        let unreachable = self.unreachable.as_ref().map_or(0, Unreachable::hits);
        self.injected.iter().map(InjectedFault::hits).sum::<u64>() + unreachable
    }
}

/// Sets short retry delays and, if given, the attempt timeout.
fn settings(client: ClientBuilder, times: Times, patience: Option<Duration>) -> ClientBuilder {
    let attempts = match times {
        // On a busy machine, an attempt with a short timeout may fail without a fault.
        Times::Once if patience.is_some() => 8,
        Times::Once | Times::Always => 3,
    };
    let policy = RetryPolicy::new().max_attempts(attempts).base_delay(Duration::from_millis(1));
    let client = client.retry(policy).no_retry_budget().max_response_size(LONGEST);
    match patience {
        Some(patience) => client.attempt_timeout(patience),
        None => client,
    }
}
