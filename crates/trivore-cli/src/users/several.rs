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
    let output = context.output();
    let mut rows = output.rows(&["user", "id", "outcome", "message"]);
    let mut failures = Vec::new();
    let mut results = stream::iter(users)
        .map(|user| action(user.clone()))
        .buffered(MOST_AT_ONCE)
        .zip(stream::iter(users));
    while let Some((result, user)) = results.next().await {
        let user = user.to_string();
        let row = match result {
            Ok(Done { id, outcome }) => UserOutcome { user, id: Some(id), outcome, message: None },
            Err(failure) => {
                let is_unknown = failure.kind() == FailureKind::Unknown;
                let outcome = if is_unknown { "unknown" } else { "failed" };
                let message = Some(failure.message().to_owned());
                failures.push(if users.len() > 1 { failure.of(&user) } else { failure });
                UserOutcome { user, id: None, outcome, message }
            }
        };
        rows.add(&row)?;
    }
    rows.finish()?;
    if users.len() == 1 {
        return failures.pop().map_or(Ok(()), Err);
    }
    if failures.is_empty() {
        return Ok(());
    }
    for failure in &failures {
        failure.report();
    }
    let message = format!("{} of {} users failed", failures.len(), users.len());
    Err(Failure::new(FailureKind::Partial, message))
}

/// How many users are changed at the same time.
const MOST_AT_ONCE: usize = 4;
