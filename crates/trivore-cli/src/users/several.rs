//! Does the same for several users at once, and reports each.

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use trivore::models::UserId;

use super::UserArgument;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

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
    /// What was done, or `failed` or `unknown`.
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
    let changes = stream::iter(users).map(|user| action(user.clone())).buffered(MOST_AT_ONCE);
    // All are done before something is written: whoever reads the output may be gone.
    let results: Vec<_> = changes.collect().await;
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
    let written = write(context, &outcomes);
    if users.len() == 1 {
        return failures.pop().map_or(written, Err);
    }
    if failures.is_empty() {
        return written;
    }
    for failure in &failures {
        failure.report();
    }
    let message = format!("{} of {} users failed", failures.len(), users.len());
    Err(Failure::new(FailureKind::Partial, message))
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
