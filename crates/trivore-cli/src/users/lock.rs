//! `trivore users lock` and `trivore users unlock`.

use clap::Args;

use super::UserArgument;
use super::several::{Done, Target, check_columns, for_each_user};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Prevents users from signing in.
///
/// The result has a row for each user: `locked`, or `unchanged` for one that was locked already. Of
/// several users, Ctrl-C finishes those that are being locked; pressed twice, it stops at once.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users lock customers/jane
  trivore users lock jane@example.com 5b0cfba4e2bb230ff8b535e6")]
pub(crate) struct Lock {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER", required = true)]
    users: Vec<UserArgument>,
}

impl Lock {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        set_locked(context, &self.users, true).await
    }
}

/// Lets locked users sign in again.
///
/// The result has a row for each user: `unlocked`, or `unchanged` for one that was not locked. Of
/// several users, Ctrl-C finishes those that are being unlocked; pressed twice, it stops at once.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users unlock customers/jane
  trivore users unlock jane@example.com 5b0cfba4e2bb230ff8b535e6")]
pub(crate) struct Unlock {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER", required = true)]
    users: Vec<UserArgument>,
}

impl Unlock {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        set_locked(context, &self.users, false).await
    }
}

async fn set_locked(
    context: &Context,
    users: &[UserArgument],
    locked: bool,
) -> Result<(), Failure> {
    check_columns(context)?;
    let connection = &context.connect()?;
    let users: Vec<_> = users.iter().map(Target::from).collect();
    for_each_user(context, connection, &users, |id| async move {
        let mut was_locked = false;
        let change = |user: &mut trivore::models::User| {
            was_locked = user.locked == Some(true);
            if was_locked != locked {
                user.locked = Some(locked);
            }
        };
        let after = connection.users().modify(&id, change).await?;
        if after.locked.unwrap_or_default() != locked {
            let message = "the service accepted the change, but did not make it";
            return Err(Failure::new(FailureKind::Refused, message));
        }
        let outcome = match (was_locked == locked, locked) {
            (true, _) => "unchanged",
            (false, true) => "locked",
            (false, false) => "unlocked",
        };
        Ok(Done { id, outcome })
    })
    .await
}
