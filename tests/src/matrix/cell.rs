//! One call under one fault, and the observed result.

use std::time::Duration;

use serde_json::{Value, json};
use trivore::Error;
use trivore::users::{Safety, Users};

use super::inject::SILENT_ATTEMPTS;
use super::{Scenario, Times, inject};
use crate::operations::{Case, CaseResult, Setup, Subject};

/// The observed result of one call.
#[derive(Debug)]
pub struct Observation {
    /// What the call returned.
    pub result: Result<CaseResult, Error>,
    /// Changes and messages from the ledger as kind and name, in order.
    pub ledger: Vec<(&'static str, &'static str)>,
    /// Number of e-mails and text messages that were sent.
    pub messages: usize,
    /// The sandbox's state of the user, without timestamps and identifiers, if the operation is
    /// [`Safety::Idempotent`]; otherwise `null`.
    pub state: Value,
    /// The value that the call reads without a fault; `null` for operations that change something.
    pub readable: Value,
    /// Number of requests of the call that the sandbox received.
    pub requests: usize,
    /// How often the fault was applied.
    pub hits: u64,
}

/// Makes a call without a fault.
pub(super) async fn healthy(cases: &'static [Case], case: &Case) -> Observation {
    let place = Place::new(cases, case).await;
    let client = place.setup.client(case, &place.subject);
    place.observe(case, &Users::new(client.build().unwrap())).await
}

/// Makes a call under a fault.
///
/// On a busy machine, an attempt may time out before the server has read the request. The fault is
/// not applied then, or all attempts were too short, so the call is made again with a longer
/// timeout.
pub(super) async fn observe(
    cases: &'static [Case],
    case: &Case,
    scenario: &Scenario,
    times: Times,
) -> Observation {
    let mut timeout = TIMEOUT;
    loop {
        let observed = observe_once(cases, case, scenario, times, timeout).await;
        let failed = observed.result.as_ref().err();
        let is_spent = failed.is_some_and(|error| error.attempts().len() >= SILENT_ATTEMPTS);
        let is_always_hit = observed.hits >= SILENT_ATTEMPTS as u64;
        let was_hit = observed.hits > 0 && (!is_spent || is_always_hit);
        if was_hit || !scenario.is_silent || timeout > LONGEST_TIMEOUT {
            return observed;
        }
        timeout *= 2;
    }
}

async fn observe_once(
    cases: &'static [Case],
    case: &Case,
    scenario: &Scenario,
    times: Times,
    timeout: Duration,
) -> Observation {
    let place = Place::new(cases, case).await;
    let (client, hits) = inject(scenario, times, (&place.setup, case, &place.subject), timeout);
    let client = client.build().unwrap();
    hits.begin(&client).await;
    place.setup.sandbox().clear_requests();
    let users = Users::new(client);
    let observed = place.observe(case, &users).await;
    Observation { hits: hits.count(), ..observed }
}

/// A sandbox with one user.
struct Place {
    setup: Setup,
    subject: Subject,
    readable: Value,
}

impl Place {
    async fn new(cases: &'static [Case], case: &Case) -> Self {
        let setup = Setup::start(cases).await;
        let subject = setup.add_subject().await;
        let mut readable = Value::Null;
        if case.operation().safety == Safety::Safe {
            let users = setup.aside_for(case, &subject);
            readable = case.run(&users, &subject).await.unwrap().value;
            setup.sandbox().clear_requests();
        }
        Self { setup, subject, readable }
    }

    /// Makes the call, then reads the sandbox's state.
    async fn observe(&self, case: &Case, users: &Users) -> Observation {
        let result = case.run(users, &self.subject).await;
        self.setup.sandbox().clear_faults();
        let sandbox = self.setup.sandbox();
        let requests = sandbox.requests().len();
        let ledger = sandbox.ledger().iter().map(|entry| (entry.kind, entry.operation)).collect();
        Observation {
            result,
            ledger,
            messages: sandbox.outbox().len(),
            requests,
            state: self.state(case).await,
            readable: self.readable.clone(),
            hits: 0,
        }
    }

    /// Returns the sandbox's state of the user. For operations that are not [`Safety::Idempotent`],
    /// the ledger is sufficient.
    async fn state(&self, case: &Case) -> Value {
        if case.operation().safety != Safety::Idempotent {
            return Value::Null;
        }
        let id: String = self.subject.user();
        let Some(mut document) = self.setup.sandbox().user_document(&id) else {
            return Value::Null;
        };
        document["memberOf"] = Value::Null;
        let mut state = json!({"document": document});
        for case in self.setup.cases().iter().filter(|case| case.is_state()) {
            let users = self.setup.aside_for(case, &self.subject);
            state[case.name()] = case.run(&users, &self.subject).await.unwrap().value;
        }
        remove_varying(&mut state);
        state
    }
}

/// Removes what differs between two sandboxes: timestamps and identifiers.
fn remove_varying(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| name != "meta");
            members.values_mut().for_each(remove_varying);
        }
        Value::Array(elements) => elements.iter_mut().for_each(remove_varying),
        Value::String(text)
            if text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            text.clear();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Attempt timeout if the server does not respond.
const TIMEOUT: Duration = Duration::from_millis(250);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(8);
