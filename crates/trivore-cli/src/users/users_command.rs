//! The commands that `trivore users` has.

use clap::Subcommand;

use super::delete::Delete;
use super::get::Get;
use super::list::List;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum UsersCommand {
    /// Lists users.
    List(List),
    /// Shows a user.
    Get(Get),
    /// Deletes a user.
    Delete(Delete),
}

impl UsersCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context).await,
            Self::Get(command) => command.run(context).await,
            Self::Delete(command) => command.run(context).await,
        }
    }
}
