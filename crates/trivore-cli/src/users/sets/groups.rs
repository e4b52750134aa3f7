//! `trivore users groups`.

use clap::{Args, Subcommand};
use trivore::models::GroupRef;

use super::set_report::SetReport;
use super::set_verb::SetVerb;
use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;

#[derive(Subcommand)]
pub(crate) enum GroupsCommand {
    List(ListGroups),
    /// Adds a user to groups.
    ///
    /// Groups are named by identifier or by name. If no group has a name, the service creates that
    /// group.
    #[command(after_help = "Examples:
  trivore users groups add customers/jane drivers 'night shift'")]
    Add(ChangedGroups),
    /// Removes a user from groups.
    #[command(after_help = "Examples:
  trivore users groups remove customers/jane drivers")]
    Remove(ChangedGroups),
    Set(SetGroups),
}

/// Lists the groups of a user, with their names.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users groups list customers/jane")]
pub(crate) struct ListGroups {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

#[derive(Args)]
pub(crate) struct ChangedGroups {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Groups, by identifier or by name.
    #[arg(value_name = "GROUP", required = true)]
    groups: Vec<String>,
}

/// Sets the groups of a user.
///
/// The user is removed from all other groups. If no group has a name, the service creates that
/// group.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users groups set customers/jane drivers
  trivore users groups set customers/jane --none")]
pub(crate) struct SetGroups {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Groups, by identifier or by name.
    #[arg(value_name = "GROUP", required_unless_present = "none", conflicts_with = "none")]
    groups: Vec<String>,
    /// Remove the user from all groups.
    #[arg(long)]
    none: bool,
}

impl GroupsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (verb, user, groups) = match self {
            Self::List(command) => return command.run(context).await,
            Self::Add(change) => (SetVerb::Add, change.user, change.groups),
            Self::Remove(change) => (SetVerb::Remove, change.user, change.groups),
            Self::Set(change) => (SetVerb::Set, change.user, change.groups),
        };
        if groups.iter().any(|group| group.trim().is_empty()) {
            return Err(Failure::usage("the name of a group is empty"));
        }
        let groups: Vec<GroupRef> = groups.into_iter().map(Into::into).collect();
        let connection = context.connect()?;
        let users = connection.users();
        let id = user.id(&connection).await?;
        let change = match verb {
            SetVerb::Add => users.add_to_groups(&id, &groups).await?,
            SetVerb::Remove => users.remove_from_groups(&id, &groups).await?,
            SetVerb::Set => users.set_groups(&id, &groups).await?,
        };
        let mut report = SetReport::new(id);
        report.include(&change);
        context.output().object(&report)
    }
}

impl ListGroups {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let output = context.output();
        let mut rows = output.rows(&["id", "name", "description", "eligibleFrom", "eligibleUntil"]);
        for group in connection.users().group_membership(&id).await? {
            rows.add(&group)?;
        }
        rows.finish()
    }
}
