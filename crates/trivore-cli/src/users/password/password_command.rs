//! The commands that `trivore users password` has.

use clap::Subcommand;

use super::check::CheckPassword;
use super::requirements::ShowRequirements;
use super::set::SetPassword;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum PasswordCommand {
    Set(SetPassword),
    Check(CheckPassword),
    Requirements(ShowRequirements),
}

impl PasswordCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Set(command) => command.run(context).await,
            Self::Check(command) => command.run(context).await,
            Self::Requirements(command) => command.run(context).await,
        }
    }
}
