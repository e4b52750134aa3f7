//! The commands that `trivore profiles` has.

use clap::Subcommand;

use super::list::ListProfiles;
use super::logout::Logout;
use super::use_profile::Use;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum ProfilesCommand {
    /// Lists the profiles.
    List(ListProfiles),
    /// Makes a profile the default.
    Use(Use),
    /// Removes a profile and its secret, as `trivore logout` does.
    Remove(Logout),
}

impl ProfilesCommand {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Use(command) => command.run(context),
            Self::Remove(command) => command.run(context),
        }
    }
}
