//! A trouble put into force in a sandbox, and the client that meets it.

use std::time::Duration;

use trivore::transport::{ClientBuilder, RetryPolicy};
use trivore_sandbox::InjectedFault;

use super::trouble::LONGEST;
use super::unreachable::Unreachable;
use super::{Times, Trouble};
use crate::operations::{Case, Setup, Subject};

/// Lets a trouble strike the route of a case, and makes a client with short limits.
///
/// Where no answer comes, an attempt waits for `patience`.
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
        // Of several, only the last one stays.
        let is_lasting = times == Times::Always && index == last;
        let fault = if is_lasting { fault } else { fault.once() };
        setup.sandbox().inject(fault).unwrap()
    });
    (client, Hits { injected: injected.collect(), unreachable: None })
}

/// How often a trouble has struck.
#[derive(Debug)]
pub struct Hits {
    injected: Vec<InjectedFault>,
    unreachable: Option<Unreachable>,
}

impl Hits {
    /// How often it has struck so far.
    pub fn count(&self) -> u64 {
        let unreachable = self.unreachable.as_ref().map_or(0, Unreachable::hits);
        self.injected.iter().map(InjectedFault::hits).sum::<u64>() + unreachable
    }
}

/// Waits little between attempts, and for answers only as long as it takes.
fn settings(client: ClientBuilder, times: Times, patience: Option<Duration>) -> ClientBuilder {
    let attempts = match times {
        // A machine that is busy may need more than one attempt to answer in so short a time.
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
