//! The commands that `trivore users enterprise` has.

use clap::Subcommand;

use super::get::GetEnterprise;
use super::set::SetEnterprise;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum EnterpriseCommand {
    Get(GetEnterprise),
    Set(SetEnterprise),
}

impl EnterpriseCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get(command) => command.run(context).await,
            Self::Set(command) => command.run(context).await,
        }
    }
}
