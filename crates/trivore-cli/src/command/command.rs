//! All commands.

use clap::Subcommand;

use crate::api::Api;
use crate::apply::Apply;
use crate::context::Context;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::profiles::{CheckConnection, Login, Logout, ProfilesCommand};
use crate::sandbox::SandboxCommand;
use crate::shell::{Completions, Man};
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
    Api(Api),
    Login(Login),
    Logout(Logout),
    /// Lists and selects profiles.
    #[command(subcommand)]
    Profiles(ProfilesCommand),
    Check(CheckConnection),
    Sandbox(SandboxCommand),
    Completions(Completions),
    Man(Man),
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Users(command) => Box::pin(command.run(context)).await,
            Self::Whoami(command) => command.run(context).await,
            Self::Plan(command) => command.run(context).await,
            Self::Apply(command) => command.run(context).await,
            Self::Api(command) => command.run(context).await,
            Self::Login(command) => command.run(context).await,
            Self::Logout(command) => command.run(context),
            Self::Profiles(command) => command.run(context),
            Self::Check(command) => command.run(context).await,
            Self::Sandbox(command) => command.run(context).await,
            Self::Completions(command) => command.run(context),
            Self::Man(command) => command.run(context),
        }
    }
}
