//! Every operation, without a fault and under every fault.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use tokio::runtime::{Builder, Handle, Runtime};
use trivore::users::Users;
use trivore_tests::matrix::{Scenario, Times, inject, scenarios};
use trivore_tests::operations::Case;

use super::watch::{Log, check_debug, check_error, check_shown, panics_here, watch_panics};
use crate::operations::{cases, setup};

/// Makes a call, optionally under a fault, and checks all its output.
///
/// The sandbox runs on another runtime, so that its own log is not captured.
async fn call(case: &Case, scenario: Option<Scenario>, elsewhere: &Handle, log: &Log) {
    let place = elsewhere.spawn(async {
        let setup = setup().await;
        let subject = setup.add_subject().await;
        (setup, subject)
    });
    let (setup, subject) = place.await.unwrap();
    let secrets: Vec<_> =
        cases().iter().filter_map(|case| case.secret(&subject).map(str::to_owned)).collect();
    if let Some(secret) = case.secret(&subject) {
        log.look_for(secret);
    }

    let (client, hits) = match &scenario {
        Some(scenario) => {
            let place = (&setup, case, &subject);
            let (client, hits) = inject(scenario, Times::Always, place, TIMEOUT);
            (client, Some(hits))
        }
        None => (setup.client(case, &subject), None),
    };
    check_debug(&client);
    let client = client.build().unwrap();
    if let Some(hits) = &hits {
        hits.begin(&client).await;
    }
    let users = Users::new(client);
    check_debug(&users);
    match case.run(&users, &subject).await {
        Ok(result) => check_shown(&result.shown, &secrets),
        Err(error) => check_error(&error, &secrets),
    }
    drop(hits);
}

fn runtime(builder: &mut Builder) -> Runtime {
    builder.enable_all().build().unwrap()
}

#[test]
fn no_operation_leaks_anything_whatever_happens() {
    watch_panics();
    let elsewhere = runtime(Builder::new_multi_thread().worker_threads(1));
    let mut calls = Vec::new();
    for (index, case) in cases().iter().enumerate() {
        // What a connection's error shows does not depend on the operation.
        let is_told = |scenario: &Scenario| index == 0 || !scenario.is_of_connection();
        let each = scenarios().into_iter().filter(is_told).map(Some).chain([None]);
        calls.extend(each.map(|scenario| (case, scenario)));
    }
    let log = Log::default();

    let guard = log.capture();
    runtime(&mut Builder::new_current_thread()).block_on(
        stream::iter(calls).for_each_concurrent(AT_A_TIME, |(case, scenario)| {
            call(case, scenario, elsewhere.handle(), &log)
        }),
    );
    drop(guard);

    log.check(cases().iter().map(Case::name));
    assert!(log.lines() > 10_000, "{} lines", log.lines());
    assert_eq!(panics_here(), Vec::<String>::new());
}

const AT_A_TIME: usize = 32;
const TIMEOUT: Duration = Duration::from_millis(100);
