//! One call with one trouble, and what came of it.

use std::time::Duration;

use serde_json::{Value, json};
use trivore::Error;
use trivore::users::{Safety, Users};

use super::{Times, Trouble, strike};
use crate::operations::{Answer, Case, Setup, Subject};

/// What came of one call.
#[derive(Debug)]
pub struct Observation {
    /// What the call returned.
    pub result: Result<Answer, Error>,
    /// Changes and messages by kind and name, in order.
    pub ledger: Vec<(&'static str, &'static str)>,
    /// E-mails and text messages that were sent.
    pub messages: usize,
    /// What the sandbox holds of the user, without times and identifiers, where the operation
    /// may be repeated.
    pub state: Value,
    /// What a healthy call reads there; `null` for operations that change something.
    pub readable: Value,
    /// How often the trouble struck.
    pub hits: u64,
}

/// Makes a call on a healthy server.
pub(super) async fn healthy(case: &Case) -> Observation {
    let place = Place::new(case).await;
    let client = place.setup.client(case, &place.subject);
    place.observe(case, &Users::new(client.build().unwrap())).await
}

/// Makes a call that meets a trouble.
///
/// On a machine that is busy, a client may lose patience before the server has read a word:
/// then nothing has struck, and the next try is more patient.
pub(super) async fn observe(case: &Case, trouble: &Trouble, times: Times) -> Observation {
    let mut patience = PATIENCE;
    loop {
        let observed = observe_once(case, trouble, times, patience).await;
        if observed.hits > 0 || !trouble.is_silent || patience > MOST_PATIENCE {
            return observed;
        }
        patience *= 2;
    }
}

async fn observe_once(
    case: &Case,
    trouble: &Trouble,
    times: Times,
    patience: Duration,
) -> Observation {
    let place = Place::new(case).await;
    let (client, hits) = strike(trouble, times, (&place.setup, case, &place.subject), patience);
    let users = Users::new(client.build().unwrap());
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
    async fn new(case: &Case) -> Self {
        let setup = Setup::start().await;
        let subject = setup.add_subject().await;
        let mut readable = Value::Null;
        if case.operation().safety == Safety::Safe {
            let users = setup.aside_for(case, &subject);
            readable = case.run(&users, &subject).await.unwrap().value;
            setup.sandbox().clear_requests();
        }
        Self { setup, subject, readable }
    }

    /// Calls once, then looks at the sandbox.
    async fn observe(&self, case: &Case, users: &Users) -> Observation {
        let result = case.run(users, &self.subject).await;
        self.setup.sandbox().clear_faults();
        let sandbox = self.setup.sandbox();
        let ledger = sandbox.ledger().iter().map(|entry| (entry.kind, entry.operation)).collect();
        Observation {
            result,
            ledger,
            messages: sandbox.outbox().len(),
            state: self.state(case).await,
            readable: self.readable.clone(),
            hits: 0,
        }
    }

    /// What the sandbox holds of the user; the ledger tells enough of what is never repeated.
    async fn state(&self, case: &Case) -> Value {
        if case.operation().safety != Safety::Idempotent {
            return Value::Null;
        }
        let id = &self.subject.user;
        let Some(mut document) = self.setup.sandbox().user_document(id.as_str()) else {
            return Value::Null;
        };
        for field in ["id", "meta", "memberOf"] {
            document[field] = Value::Null;
        }
        let users = self.setup.aside();
        let mut enterprise = json!(users.enterprise(id).await.unwrap());
        enterprise["meta"] = Value::Null;
        json!({
            "document": document,
            "enterprise": enterprise,
            "permissions": users.custom_permissions(id).await.unwrap(),
            "builtin roles": users.builtin_roles(id).await.unwrap(),
            "custom roles": users.custom_roles(id).await.unwrap().len(),
        })
    }
}

/// How long an attempt waits for an answer that does not come.
const PATIENCE: Duration = Duration::from_millis(250);
const MOST_PATIENCE: Duration = Duration::from_secs(8);
