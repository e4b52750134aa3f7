//! `trivore users groups`.

use clap::{Args, Subcommand};
use trivore::models::GroupRef;

use super::known_groups::{check_groups, check_names};
use super::set_report::SetReport;
use super::set_verb::SetVerb;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;
use crate::users::UserArgument;
use crate::users::user_argument::id_of;

#[derive(Subcommand)]
pub(crate) enum GroupsCommand {
    List(ListGroups),
    /// Adds a user to groups.
    ///
    /// Groups are named by identifier or by name. A name that no group has is an error, or with
    /// --create that of a new group.
    #[command(after_help = "Examples:
  trivore users groups add customers/jane drivers 'night shift'
  trivore users groups add customers/jane 'day shift' --create")]
    Add(AddedGroups),
    /// Removes a user from groups.
    #[command(after_help = "Examples:
  trivore users groups remove customers/jane drivers")]
    Remove(RemovedGroups),
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
pub(crate) struct AddedGroups {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Groups, by identifier or by name.
    #[arg(value_name = "GROUP", required = true)]
    groups: Vec<String>,
    /// Create groups that do not exist.
    #[arg(long)]
    create: bool,
}

#[derive(Args)]
pub(crate) struct RemovedGroups {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Groups, by identifier or by name.
    #[arg(value_name = "GROUP", required = true)]
    groups: Vec<String>,
}

/// Sets the groups of a user.
///
/// The user is removed from all other groups. A name that no group has is an error, or with --create
/// that of a new group.
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
    /// Create groups that do not exist.
    #[arg(long, conflicts_with = "none")]
    create: bool,
}

impl GroupsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (verb, user, groups, creates) = match self {
            Self::List(command) => return command.run(context).await,
            Self::Add(change) => (SetVerb::Add, change.user, change.groups, change.create),
            Self::Remove(change) => (SetVerb::Remove, change.user, change.groups, true),
            Self::Set(change) => (SetVerb::Set, change.user, change.groups, change.create),
        };
        SetReport::check_columns(context)?;
        check_names(&groups)?;
        let groups: Vec<GroupRef> = groups.into_iter().map(Into::into).collect();
        let connection = context.connect()?;
        let users = connection.users();
        let id = if creates {
            user.id(&connection).await?
        } else {
            let user = user.user(&connection).await?;
            let member_of = user.member_of.as_deref().unwrap_or_default();
            let mut others = groups.clone();
            others.retain(|group| !member_of.contains(group));
            check_groups(&connection, user.namespace_code.as_ref(), &others, "--create").await?;
            id_of(&user)?
        };
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
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let mut rows = output.rows(&FIELDS[..5]);
        for group in connection.users().group_membership(&id).await? {
            rows.add(&group)?;
        }
        rows.finish()
    }
}

/// The first five are those of a table.
const FIELDS: [&str; 7] =
    ["id", "name", "description", "eligibleFrom", "eligibleUntil", "member", "customFields"];
