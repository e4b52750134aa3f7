//! The commands that `trivore users student` has.

use clap::Subcommand;

use super::get::GetStudent;
use super::set::SetStudent;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum StudentCommand {
    Get(GetStudent),
    Set(SetStudent),
}

impl StudentCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
        }
    }
}
