//! Does the same for several users at once, and reports each.

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use trivore::models::UserId;

use super::UserArgument;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::interrupt::Interrupt;

/// What was done for a user, of whom the identifier is known.
pub(crate) struct Done {
    pub(crate) id: UserId,
    pub(crate) outcome: &'static str,
}

/// What became of each user; the shape of the output.
#[derive(Serialize)]
struct UserOutcome {
    /// As it was named.
    user: String,
    id: Option<UserId>,
    /// What was done, or `failed`, `unknown`, or `skipped` after Ctrl-C.
    outcome: &'static str,
    message: Option<String>,
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
    let results = if let [user] = users {
        vec![action(user.clone()).await]
    } else {
        all(context, users, action).await?
    };
    let count = results.len();
    let mut failures = Vec::new();
    let mut outcomes = Vec::new();
    for (user, result) in users.iter().zip(results) {
        let user = user.to_string();
        outcomes.push(match result {
            Ok(Done { id, outcome }) => UserOutcome { user, id: Some(id), outcome, message: None },
            Err(failure) => {
                let is_unknown = failure.kind() == FailureKind::Unknown;
                let outcome = if is_unknown { "unknown" } else { "failed" };
                let message = Some(failure.message().to_owned());
                failures.push(if users.len() > 1 { failure.about(&user) } else { failure });
                UserOutcome { user, id: None, outcome, message }
            }
        });
    }
    let skipped = &users[count..];
    outcomes.extend(skipped.iter().map(|user| {
        let user = user.to_string();
        UserOutcome { user, id: None, outcome: "skipped", message: None }
    }));
    let written = write(context, &outcomes);
    if users.len() == 1 {
        return failures.pop().map_or(written, Err);
    }
    for failure in &failures {
        failure.report();
    }
    if !skipped.is_empty() {
        let message = format!("interrupted before {} of {} users", skipped.len(), users.len());
        return Err(Failure::new(FailureKind::Interrupted, message));
    }
    if failures.is_empty() {
        return written;
    }
    let message = format!("{} of {} users failed", failures.len(), users.len());
    Err(Failure::new(FailureKind::Partial, message))
}

/// Does all, a few at a time; after Ctrl-C, finishes only those that run.
async fn all<F>(
    context: &Context,
    users: &[UserArgument],
    action: impl Fn(UserArgument) -> F,
) -> Result<Vec<Result<Done, Failure>>, Failure>
where
    F: Future<Output = Result<Done, Failure>>,
{
    let told = Context::new(context.global.clone());
    let interrupt = Interrupt::listen(move || {
        told.tell("Interrupted: what runs is finished; press Ctrl-C again to stop at once.");
    });
    let started = stream::iter(users).take_until(interrupt.first());
    let results = started.map(|user| action(user.clone())).buffered(MOST_AT_ONCE).collect();
    interrupt.unless_stopped(results).await.ok_or_else(|| {
        let message = "stopped; for some users it is unknown whether something was changed";
        Failure::new(FailureKind::Interrupted, message)
    })
}

fn write(context: &Context, outcomes: &[UserOutcome]) -> Result<(), Failure> {
    let output = context.output();
    let mut rows = output.rows(&["user", "id", "outcome", "message"]);
    for outcome in outcomes {
        rows.add(outcome)?;
    }
    rows.finish()
}

/// How many users are changed at the same time.
const MOST_AT_ONCE: usize = 4;
