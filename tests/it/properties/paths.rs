//! No text from a caller changes the structure of the path.

use proptest::prelude::*;
use trivore::models::{Changes, UserId};
use trivore::transport::{Call, Operation};
use trivore_tests::operations::{Case, Subject};
use trivore_tests::{Recorded, Recorder};

use super::strategies::{fail, text};
use crate::operations::{case, cases};

/// Checks a request against an operation's route with these values for its variables.
fn fits(request: &Recorded, operation: &Operation, values: &[&str]) -> Result<(), String> {
    let sent: Vec<_> = request.path().split('/').collect();
    let route: Vec<_> = operation.route.split('/').collect();
    let mut values = values.iter();
    let fits = sent.len() == route.len()
        && sent.iter().zip(&route).all(|(sent, route)| {
            if route.starts_with('{') {
                is_encoded(sent) && Some(&&*decode(sent)) == values.next()
            } else {
                sent == route
            }
        });
    let is_right = fits && request.method() == operation.method;
    if is_right { Ok(()) } else { Err(format!("{:?} {}", operation, request.path())) }
}

/// Whether a segment consists of unreserved characters and percent escapes.
fn is_encoded(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
}

fn decode(segment: &str) -> String {
    let query = format!("x={segment}");
    form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned()).collect()
}

/// Calls every operation with an identifier. Each call must be rejected unsent or match its route.
async fn check(recorder: &Recorder, first: &str, second: &str) -> Result<(), String> {
    let trivore = recorder.trivore();
    let users = trivore.users();
    for case in cases().iter().filter(|case| case.operation().route.contains('{')) {
        let before = recorder.requests().len();
        let done = case.run(users, &Subject::in_path(case, first, second)).await;
        check_call(case, [first, second], &done, &recorder.requests()[before..])?;
    }
    let before = recorder.requests().len();
    let done = users.apply(&UserId::from(first), &Changes::new()).await;
    check_call(case("users.update"), [first, second], &done, &recorder.requests()[before..])
}

fn check_call<T>(
    case: &Case,
    values: [&str; 2],
    done: &trivore::Result<T>,
    requests: &[Recorded],
) -> Result<(), String> {
    let operation = case.operation();
    let is_refused = done.as_ref().is_err_and(trivore::Error::is_invalid_input);
    let values = &values[..operation.route.matches('{').count()];
    if values.iter().any(|value| matches!(*value, "" | "." | "..")) {
        if !requests.is_empty() || !is_refused {
            return Err(format!("{case:?} was not refused"));
        }
        return Ok(());
    }
    if requests.is_empty() || is_refused {
        return Err(format!("{case:?} was refused"));
    }
    requests.iter().try_for_each(|request| fits(request, operation, values))
}

fn checked(first: &str, second: &str) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let recorder = Recorder::new();
    runtime.block_on(check(&recorder, first, second)).map_err(TestCaseError::fail)
}

#[test]
fn what_leads_elsewhere_is_refused_or_encoded_by_every_operation() {
    for id in ["", ".", "..", "../group/1?x=1", "a/b", "%2e%2e", "a?b", "a#b", "å", "a b", "{x}"] {
        let both = checked(id, id);
        let second = checked("5d0000000000000000000001", id);

        assert!(both.is_ok() && second.is_ok(), "{id:?}: {both:?} {second:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_operation_keeps_its_path(first in text(), second in text()) {
        checked(&first, &second)?;
    }
}

proptest! {
    #[test]
    fn a_query_comes_out_as_it_went_in(
        pairs in proptest::collection::vec((text(), text()), 0..5)
    ) {
        let call = Call::<()>::get(&["user"]);
        let call = pairs.iter().fold(call, |call, (name, value)| call.query(name, value));

        let request = call.into_request().map_err(fail)?;

        let query = request.uri().query().unwrap_or_default();
        let sent: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        prop_assert_eq!(request.uri().path(), "/user");
        prop_assert_eq!(sent, pairs);
    }
}
