//! Does the same for several users at once, and reports each.

use std::cell::RefCell;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use trivore::models::UserId;

use super::UserArgument;
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;
use crate::plural::counted;

/// A user to do something for.
pub(crate) struct Target {
    /// As it was named.
    pub(crate) name: String,
    pub(crate) user: UserArgument,
}

impl From<&UserArgument> for Target {
    fn from(user: &UserArgument) -> Self {
        Self { name: user.to_string(), user: user.clone() }
    }
}

/// What was done for a user, and its identifier after that.
pub(crate) struct Done {
    pub(crate) id: UserId,
    pub(crate) outcome: &'static str,
}

/// What became of each user; the shape of the output.
#[derive(Serialize)]
struct UserRow {
    /// As it was named.
    user: String,
    /// `None` if it was not looked up, or not found.
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
    connection: &Connection,
    users: &[Target],
    action: impl Fn(UserId) -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<Done, Failure>>,
{
    // All are done before something is written: whoever reads the output may be gone.
    let results = all(context, connection, users, action).await;
    let mut failures = Vec::new();
    let mut outcomes = Vec::new();
    let (mut skipped, mut stopped) = (0, 0);
    for (Target { name, .. }, (found, result)) in users.iter().zip(results) {
        let (id, outcome, message) = match result {
            UserResult::Finished(Ok(Done { id, outcome })) => (Some(id), outcome, None),
            UserResult::Finished(Err(failure)) => {
                let is_unknown = failure.kind() == FailureKind::Unknown;
                let outcome = if is_unknown { "unknown" } else { "failed" };
                let message = failure.message().to_owned();
                failures.push(if users.len() > 1 { failure.about(name) } else { failure });
                (found, outcome, Some(message))
            }
            UserResult::Stopped => {
                stopped += 1;
                (found, "unknown", Some("stopped".to_owned()))
            }
            UserResult::Skipped => {
                skipped += 1;
                (found, "skipped", None)
            }
        };
        outcomes.push(UserRow { user: name.clone(), id, outcome, message });
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

/// Does all, a few at a time; returns the identifiers that were found, and what became of each.
///
/// After Ctrl-C, only those that run are finished; after another one, not even those.
async fn all<F>(
    context: &Context,
    connection: &Connection,
    users: &[Target],
    action: impl Fn(UserId) -> F,
) -> Vec<(Option<UserId>, UserResult)>
where
    F: Future<Output = Result<Done, Failure>>,
{
    let told = Context::new(context.global.clone());
    let interrupt = Interrupt::listen(move || {
        told.tell("Interrupted: what runs is finished; press Ctrl-C again to stop at once.");
    });
    let start = users.iter().map(|target| match &target.user {
        UserArgument::Id(id) => (Some(id.clone()), UserResult::Skipped),
        _ => (None, UserResult::Skipped),
    });
    let results: RefCell<Vec<_>> = RefCell::new(start.collect());
    let begun = stream::iter(users.iter().enumerate()).take_until(interrupt.first());
    let finished = begun.for_each_concurrent(MOST_AT_ONCE, |(at, target)| {
        results.borrow_mut()[at].1 = UserResult::Stopped;
        let (results, action) = (&results, &action);
        async move {
            let done = async {
                let id = target.user.id(connection).await?;
                results.borrow_mut()[at].0 = Some(id.clone());
                action(id).await
            };
            let result = UserResult::Finished(done.await);
            results.borrow_mut()[at].1 = result;
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
