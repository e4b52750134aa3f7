//! The guide's table of retries is made from what the SDK does.

use trivore::transport::{AttemptOutcome, Safety};
use trivore::users::Users;

const GUIDE: &str = include_str!("../../crates/trivore/src/guide/limits.rs");

const SAFETIES: [Safety; 7] = [
    Safety::Safe,
    Safety::Idempotent,
    Safety::IdempotentDelete,
    Safety::Reconcilable,
    Safety::NotIdempotent,
    Safety::TouchesPerson,
    Safety::OneShot,
];

/// One row: the safety, and the outcomes after which the SDK retries its operations.
fn row(safety: Safety) -> String {
    let outcomes = [
        (AttemptOutcome::NeverSent, "never sent"),
        (AttemptOutcome::TokenRejected, "rejected token"),
        (AttemptOutcome::Unprocessed, "421 and 425"),
        (AttemptOutcome::Limited, "429"),
        (AttemptOutcome::Unavailable, "503 with `Retry-After`"),
        (AttemptOutcome::Unknown, "unknown outcome"),
        (AttemptOutcome::Final, "final"),
    ];
    let outcomes: Vec<_> =
        outcomes.iter().filter(|(it, _)| it.is_retryable(safety)).map(|(_, name)| *name).collect();
    format!("//! | {safety} | {} |\n", outcomes.join(", "))
}

#[test]
fn the_table_of_safety_is_made_from_what_is_retried() {
    let table: String = SAFETIES.into_iter().map(row).collect();

    assert!(GUIDE.contains(&table), "put this into guide/limits.rs:\n{table}");
}

#[test]
fn every_safety_of_an_operation_is_in_the_table() {
    let all = Users::operations().count();
    let shown: usize = SAFETIES
        .into_iter()
        .map(|safety| Users::operations().filter(|operation| operation.safety == safety).count())
        .sum();

    assert_eq!(shown, all);
}
