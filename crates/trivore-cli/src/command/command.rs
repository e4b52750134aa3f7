//! All commands.

use clap::Subcommand;

use crate::apply::Apply;
use crate::context::Context;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::users::UsersCommand;
use crate::whoami::WhoAmI;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Lists and changes users.
    #[command(subcommand)]
    Users(Box<UsersCommand>),
    Whoami(WhoAmI),
    Plan(Plan),
    Apply(Apply),
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Users(command) => Box::pin(command.run(context)).await,
            Self::Whoami(command) => command.run(context).await,
            Self::Plan(command) => command.run(context).await,
            Self::Apply(command) => command.run(context).await,
        }
    }
}
