//! `create_once` under every fault of a creation.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use trivore::models::User;
use trivore::users::Users;
use trivore_tests::matrix::{Meaning, Scenario, Times, inject, scenarios};
use trivore_tests::operations::marks;

use crate::operations::{case, setup};

fn person(number: usize) -> User {
    serde_json::from_value(marks::person(number)).unwrap()
}

async fn check(scenario: &Scenario, times: Times) {
    let case = case("users.create_named");
    let setup = setup().await;
    let subject = setup.add_subject().await;
    let (client, _hits) = inject(scenario, times, (&setup, case, &subject), TIMEOUT);
    let users = Users::new(client.build().unwrap());

    let result = users.create_once(&person(99)).await;

    let ledger = setup.sandbox().ledger();
    let is_creation = |kind, operation| (kind, operation) == ("user", "create");
    let created = ledger.iter().filter(|entry| is_creation(entry.kind, entry.operation)).count();
    let place = format!("{} {times:?}: {result:?}", scenario.name);
    match result {
        Ok(user) => {
            assert_eq!(created, 1, "{place}");
            let document = setup.sandbox().user_document(user.id.as_str()).unwrap();
            assert_eq!(document["username"], "zqx-username-99", "{place}");
        }
        Err(error) => {
            assert!(created <= 1, "{place}");
            assert!(error.may_have_been_applied() || created == 0, "{place}");
            let is_lost = times == Times::Once && scenario.meaning == Meaning::Unknown;
            assert!(!is_lost, "{place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_created_once_whatever_happens() {
    // A layer around the whole call that gives up does so for every attempt.
    let scenarios = scenarios().into_iter().filter(|it| it.meaning != Meaning::GivenUp);
    let cells = scenarios.flat_map(|it| [(it.clone(), Times::Once), (it, Times::Always)]);

    let checks = cells.map(|(scenario, times)| async move { check(&scenario, times).await });
    stream::iter(checks).for_each_concurrent(AT_A_TIME, |check| check).await;
}

const AT_A_TIME: usize = 24;
const TIMEOUT: Duration = Duration::from_millis(500);
