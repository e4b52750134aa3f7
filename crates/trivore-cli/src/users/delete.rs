//! `trivore users delete`.

use clap::Args;

use super::UserArgument;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};

/// Deletes a user.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users delete customers/jane
  trivore users delete 5b0cfba4e2bb230ff8b535e6 --yes")]
pub(crate) struct Delete {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Delete {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        if !self.yes
            && !context.confirm(&format!("Delete the user {} ({id})?", self.user), "--yes")?
        {
            return Err(Failure::new(FailureKind::Other, "nothing was deleted"));
        }
        connection.users().delete(&id).await?;
        context.tell(format_args!("Deleted {id}."));
        Ok(())
    }
}
