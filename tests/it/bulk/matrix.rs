//! Bulk runs under every fault of the matrix, and resumed after it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use trivore::models::{EmailVerification, PageRequest, User, UserId};
use trivore::users::{Bulk, BulkOptions, Users};
use trivore_tests::matrix::{Scenario, Times, inject, scenarios};
use trivore_tests::operations::marks::NAMESPACE;
use trivore_tests::operations::{Case, Setup};

use super::drive::end;
use super::in_memory::InMemory;
use crate::operations::{case, setup};

const ITEMS: u64 = 3;

/// How long a sandbox on a busy machine may need to apply a request whose client has gone.
const LIMIT: Duration = Duration::from_secs(2);

/// Runs a test in each scenario, for the route of an operation.
async fn check_all<F>(operation: &str, check: impl Fn(Cell) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let case = case(operation);
    let cells = scenarios().into_iter().flat_map(|scenario| {
        [Times::Once, Times::Always].map(|times| Cell { scenario: scenario.clone(), times, case })
    });
    let checks = cells.map(|cell| tokio::spawn(check(cell)));
    let results: Vec<_> = stream::iter(checks).buffer_unordered(32).collect().await;
    for result in results {
        result.unwrap();
    }
}

/// A fault, and how often it is applied.
#[derive(Debug)]
struct Cell {
    scenario: Scenario,
    times: Times,
    case: &'static Case,
}

impl Cell {
    /// Starts a sandbox, and two user services: one that meets the fault, and one that does not.
    async fn start(&self) -> (Setup, Users, Users) {
        let setup = setup().await;
        let subject = setup.add_subject().await;
        setup.sandbox().clear_ledger();
        let healthy = Users::new(setup.client(self.case, &subject).build().unwrap());
        let timeout = Duration::from_millis(250);
        let place = (&setup, self.case, &subject);
        let (client, hits) = inject(&self.scenario, self.times, place, timeout);
        let client = client.build().unwrap();
        hits.begin(&client).await;
        (setup, Users::new(client), healthy)
    }
}

fn creating(users: Users, asking: Users, journal: &InMemory) -> Bulk<User, User> {
    let create = move |user: User| {
        let users = users.clone();
        async move { Ok(users.create(&user).await?.user) }
    };
    let find = move |user: User, started_ago| {
        let reconcile = asking.reconcile(started_ago).limit(LIMIT);
        async move { Ok(reconcile.create(&user).await?.reconciled()) }
    };
    let key = |user: &User| user.username.clone().unwrap_or_default();
    Bulk::new(create).reconcile(find).key(key).journal(journal.clone())
}

fn new_users() -> impl Iterator<Item = User> {
    (0..ITEMS).map(|number| {
        let mut user = User::new();
        user.username = Some(format!("user-{number}"));
        user.namespace_code = Some(NAMESPACE.into());
        user
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_created_once_by_a_run_with_any_fault_and_its_resumption() {
    check_all("users.create_named", |cell| async move {
        let (setup, faulty, healthy) = cell.start().await;
        let journal = InMemory::default();

        let first = end(creating(faulty, healthy.clone(), &journal).run(new_users())).await;
        setup.sandbox().clear_faults();
        // A fault that refuses the users is over, so they are not refused again.
        let again = BulkOptions::new().repeat_refused();
        let second = creating(healthy.clone(), healthy.clone(), &journal).options(again);
        let second = end(second.run(new_users())).await;

        assert!(first.error.is_none() && second.error.is_none(), "{cell:?}");
        let progress = second.report.progress;
        let told = (&first.items, &second.items, journal.records());
        assert_eq!(progress.done + progress.skipped, ITEMS, "{cell:?}: {progress:?}, {told:?}");
        let mut names = BTreeMap::<_, u64>::new();
        let page = healthy.list(&PageRequest::new()).await.unwrap();
        for user in page.resources {
            *names.entry(user.username.unwrap()).or_default() += 1;
        }
        names.retain(|name, _| name.starts_with("user-"));
        assert!(names.len() == 3 && names.values().all(|count| *count == 1), "{cell:?}: {names:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_sent_twice_by_a_run_with_any_fault_and_its_resumption() {
    check_all("users.verify_email", |cell| async move {
        let (setup, faulty, healthy) = cell.start().await;
        let addresses: Vec<_> = (0..ITEMS).map(|number| format!("{number}@example.com")).collect();
        let add = |address: &String| {
            let user = serde_json::json!({"emails": [{"address": address}]});
            UserId::from(setup.sandbox().add_user(user).unwrap())
        };
        let ids: Vec<_> = addresses.iter().map(add).collect();
        let journal = InMemory::default();
        let verify = |users: Users| {
            let verify = move |id: UserId| {
                let users = users.clone();
                async move { users.verify_email(&id, &EmailVerification::default()).await }
            };
            let again = BulkOptions::new().repeat_refused();
            let bulk = Bulk::new(verify).key(UserId::to_string).options(again);
            bulk.journal(journal.clone()).run(ids.clone())
        };

        let first = end(verify(faulty)).await;
        setup.sandbox().clear_faults();
        let second = end(verify(healthy)).await;

        let outbox = setup.sandbox().outbox();
        let done = [first.done(), second.done()].concat();
        for (number, address) in (0..).zip(&addresses) {
            let sent = outbox.messages().iter().filter(|message| message.to == *address).count();
            assert!(sent <= 1, "{cell:?}: {sent} messages");
            assert!(sent == 1 || !done.contains(&number), "{cell:?}: a message is missing");
        }
        // What is not done is unknown, and not repeated.
        assert_eq!(done.len() + second.unknown().len(), 3, "{cell:?}");
    })
    .await;
}
