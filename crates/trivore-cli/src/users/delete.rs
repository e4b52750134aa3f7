//! `trivore users delete`.

use std::collections::HashSet;

use clap::Args;

use super::UserArgument;
use super::several::{Done, Target, check_columns, for_each_user};
use super::user_argument::{described, id_of};
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Deletes users.
///
/// All users are looked up first: if one is not found, none is deleted. Whether the service removes
/// an account at once or only marks it as deleted is a setting of the installation.
///
/// Ctrl-C finishes what is being deleted, and deletes no more; pressed twice, it stops at once.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users delete customers/jane
  trivore users delete 5b0cfba4e2bb230ff8b535e6 customers/joe --yes")]
pub(crate) struct Delete {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER", required = true)]
    users: Vec<UserArgument>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Delete {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        check_columns(context)?;
        let arguments: Vec<_> = self.users.iter().map(ToString::to_string).collect();
        if !self.yes && !context.is_interactive() {
            context.confirm(&question(&arguments), "--yes")?;
        }
        let connection = &context.connect()?;
        let (mut targets, mut names) = (Vec::new(), Vec::new());
        let mut known = HashSet::new();
        for user in &self.users {
            let found = user.user(connection).await.map_err(|failure| failure.about(user))?;
            let id = id_of(&found)?;
            if known.insert(id.clone()) {
                names.push(described(&found));
                targets.push(Target { name: user.to_string(), user: UserArgument::Id(id) });
            }
        }
        if !self.yes && !context.confirm(&question(&names), "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was deleted"));
        }
        for_each_user(context, connection, &targets, |id| async move {
            connection.users().delete(&id).await?;
            context.tell(format_args!("Deleted {id}."));
            Ok(Done { id, outcome: "deleted" })
        })
        .await
    }
}

fn question(names: &[String]) -> String {
    match names {
        [name] => format!("Delete the user {name}?"),
        _ => format!("Delete {} users: {}?", names.len(), names.join(", ")),
    }
}
