//! The commands that `trivore users fields` has.

use clap::Subcommand;

use super::get::GetFields;
use super::set::SetFields;
use super::unset::UnsetFields;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum FieldsCommand {
    Get(GetFields),
    Set(SetFields),
    Unset(UnsetFields),
}

impl FieldsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
            Self::Unset(command) => command.run(context).await,
        }
    }
}
