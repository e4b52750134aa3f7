//! Does the same for several users at once, and reports each.

use std::cell::RefCell;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use trivore::models::UserId;

use super::UserArgument;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;
use crate::plural::counted;

/// What was done for a user, of whom the identifier is known.
pub(crate) struct Done {
    pub(crate) id: UserId,
    pub(crate) outcome: &'static str,
}

/// What became of each user; the shape of the output.
#[derive(Serialize)]
struct UserRow {
    /// As it was named.
    user: String,
    /// `None` if it was named otherwise, and not done.
    id: Option<UserId>,
    /// What was done, or `failed`, `unknown`, or `skipped` after Ctrl-C.
    outcome: &'static str,
    message: Option<String>,
}

/// What became of one of the users.
enum UserResult {
    Finished(Result<Done, Failure>),
    /// It was begun, but its end was not awaited.
    Stopped,
    /// It was not begun.
    Skipped,
}

/// Checks the columns of the result before anything is sent.
pub(crate) fn check_columns(context: &Context) -> Result<(), Failure> {
    context.check_columns(&COLUMNS)
}

/// Does something for users, a few at a time, and writes a row for each in their order.
///
/// # Errors
///
/// If it failed for the only user, why; if it failed for some of several, how many: why is written
/// to standard error for each.
pub(crate) async fn for_each_user<F>(
    context: &Context,
    users: &[UserArgument],
    action: impl Fn(UserArgument) -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<Done, Failure>>,
{
    // All are done before something is written: whoever reads the output may be gone.
    let results = all(context, users, action).await;
    let mut failures = Vec::new();
    let mut outcomes = Vec::new();
    let (mut skipped, mut stopped) = (0, 0);
    for (user, result) in users.iter().zip(results) {
        let id = match user {
            UserArgument::Id(id) => Some(id.clone()),
            _ => None,
        };
        let user = user.to_string();
        let without =
            |outcome| UserRow { user: user.clone(), id: id.clone(), outcome, message: None };
        outcomes.push(match result {
            UserResult::Finished(Ok(Done { id, outcome })) => {
                UserRow { id: Some(id), ..without(outcome) }
            }
            UserResult::Finished(Err(failure)) => {
                let is_unknown = failure.kind() == FailureKind::Unknown;
                let outcome = if is_unknown { "unknown" } else { "failed" };
                let message = Some(failure.message().to_owned());
                failures.push(if users.len() > 1 { failure.about(&user) } else { failure });
                UserRow { message, ..without(outcome) }
            }
            UserResult::Stopped => {
                stopped += 1;
                UserRow { message: Some("stopped".to_owned()), ..without("unknown") }
            }
            UserResult::Skipped => {
                skipped += 1;
                without("skipped")
            }
        });
    }
    let written = write(context, &outcomes);
    if users.len() == 1 && stopped == 0 && skipped == 0 {
        return failures.pop().map_or(written, Err);
    }
    for failure in &failures {
        failure.report();
    }
    if stopped > 0 {
        let message = format!(
            "stopped; for {stopped} of {} it is unknown whether something was changed",
            counted(users.len(), "user")
        );
        return Err(Failure::new(FailureKind::Interrupted, message));
    }
    if skipped > 0 {
        let message = format!("interrupted before {skipped} of {}", counted(users.len(), "user"));
        return Err(Failure::new(FailureKind::Interrupted, message));
    }
    if failures.is_empty() {
        return written;
    }
    let message = format!("{} of {} failed", failures.len(), counted(users.len(), "user"));
    Err(Failure::new(FailureKind::Partial, message))
}

/// Does all, a few at a time.
///
/// After Ctrl-C, only those that run are finished; after another one, not even those.
async fn all<F>(
    context: &Context,
    users: &[UserArgument],
    action: impl Fn(UserArgument) -> F,
) -> Vec<UserResult>
where
    F: Future<Output = Result<Done, Failure>>,
{
    let told = Context::new(context.global.clone());
    let interrupt = Interrupt::listen(move || {
        told.tell("Interrupted: what runs is finished; press Ctrl-C again to stop at once.");
    });
    let results: RefCell<Vec<_>> =
        RefCell::new(users.iter().map(|_| UserResult::Skipped).collect());
    let begun = stream::iter(users.iter().enumerate()).take_until(interrupt.first());
    let finished = begun.for_each_concurrent(MOST_AT_ONCE, |(at, user)| {
        results.borrow_mut()[at] = UserResult::Stopped;
        let (results, action) = (&results, action(user.clone()));
        async move {
            let result = UserResult::Finished(action.await);
            results.borrow_mut()[at] = result;
        }
    });
    // After a second Ctrl-C, those that run stay as they are.
    let _is_stopped = interrupt.unless_stopped(finished).await;
    results.into_inner()
}

fn write(context: &Context, outcomes: &[UserRow]) -> Result<(), Failure> {
    let output = context.output();
    let mut rows = output.rows(&COLUMNS);
    for outcome in outcomes {
        rows.add(outcome)?;
    }
    rows.finish()
}

/// How many users are changed at the same time.
const MOST_AT_ONCE: usize = 4;

const COLUMNS: [&str; 4] = ["user", "id", "outcome", "message"];
