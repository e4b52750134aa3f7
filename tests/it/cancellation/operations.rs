//! Every operation, dropped after any number of polls.

use trivore_sandbox::Fault;
use trivore_tests::operations::Case;

use super::place::{Place, RUNTIMES};
use crate::operations::cases;

/// Drops a call after a number of polls; returns whether it completed before.
#[track_caller]
fn check(
    place: &Place,
    case: &Case,
    runtime: usize,
    polls: usize,
    expected: &[(&'static str, &'static str)],
) -> bool {
    let scene = place.scene();
    let users = scene.users(case);

    let result = place.cut_off(runtime, case.run(&users, &scene.subject), polls);

    place.check_client(&users, &scene);
    let ledger = scene.ledger();
    let is_once = ledger.is_empty() || ledger == expected;
    assert!(is_once, "{case:?} after {polls} polls: {ledger:?}");
    let Some(result) = result else { return false };
    assert!(result.unwrap().is_done && ledger == expected, "{case:?} after {polls} polls");
    true
}

/// Returns the ledger after a call that is not dropped.
#[track_caller]
fn ledger_of(place: &Place, case: &Case) -> Vec<(&'static str, &'static str)> {
    let scene = place.scene();
    let users = scene.users(case);
    assert!(place.run(0, case.run(&users, &scene.subject)).unwrap().is_done, "{case:?}");
    scene.ledger()
}

#[test]
fn no_operation_is_applied_twice_and_each_leaves_the_client_usable() {
    let place = Place::new();
    let mut cut_under_way = 0;
    for case in cases() {
        let expected = ledger_of(&place, case);

        for runtime in 0..RUNTIMES {
            let done =
                (0..MOST_POLLS).find(|polls| check(&place, case, runtime, *polls, &expected));
            cut_under_way += done.unwrap().saturating_sub(1);
        }
    }
    // On a busy machine, some calls may complete in one poll, but not all of them.
    assert!(cut_under_way > cases().len(), "{cut_under_way}");
}

#[test]
fn an_operation_dropped_when_it_was_applied_is_applied_once() {
    let place = Place::new();
    for (number, case) in cases().iter().enumerate() {
        let expected = ledger_of(&place, case);
        let scene = place.scene();
        let users = scene.users(case);
        let operation = case.operation();
        let fault = Fault::no_response_after_applying();
        let fault = fault.on(operation.method.clone(), operation.route).once();
        let applied = scene.setup.sandbox().inject(fault).unwrap();

        let is_dropped = place.run(number % RUNTIMES, async {
            tokio::select! {
                _ = case.run(&users, &scene.subject) => false,
                is_applied = applied.reached(1) => is_applied,
            }
        });

        assert!(is_dropped, "{case:?} completed before it was dropped");
        place.check_client(&users, &scene);
        assert_eq!(scene.ledger(), expected, "{case:?}");
    }
}

/// More polls than any call needs.
const MOST_POLLS: usize = 100;
