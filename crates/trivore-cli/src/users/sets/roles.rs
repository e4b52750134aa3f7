//! `trivore users roles`.

use clap::{Args, Subcommand};
use serde_json::json;
use trivore::models::{RoleId, UserId};
use trivore::transport::{Call, Operation};
use trivore::users::SetChange;
use trivore::{Error, Result, Users};

use super::role_names::{RoleKind, RoleNames};
use super::set_report::SetReport;
use super::set_verb::SetVerb;
use super::unknown::{refused, unknown};
use crate::connection::Connection;
use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;

#[derive(Subcommand)]
pub(crate) enum RolesCommand {
    List(ListRoles),
    /// Gives roles to a user.
    #[command(after_help = "Examples:
  trivore users roles add customers/jane GROUP_ADMIN
  trivore users roles add customers/jane 5b0cfba4e2bb230ff8b535e6")]
    Add(ChangedRoles),
    /// Takes roles from a user.
    #[command(after_help = "Examples:
  trivore users roles remove customers/jane GROUP_ADMIN")]
    Remove(ChangedRoles),
    Set(SetRoles),
}

/// Lists the roles of a user.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users roles list customers/jane
  trivore users roles list customers/jane --custom")]
pub(crate) struct ListRoles {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    #[command(flatten)]
    kind: RoleKind,
}

#[derive(Args)]
pub(crate) struct ChangedRoles {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Identifiers of roles: of built-in ones such as `GROUP_ADMIN`, or of custom ones.
    #[arg(value_name = "ROLE", required = true)]
    roles: Vec<String>,
    #[command(flatten)]
    kind: RoleKind,
}

/// Sets the roles of a user.
///
/// All other roles are taken away; with --builtin or --custom, only those of this kind.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users roles set customers/jane GROUP_ADMIN ROLE_AUDITOR
  trivore users roles set customers/jane --custom --none")]
pub(crate) struct SetRoles {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Identifiers of roles: of built-in ones such as `GROUP_ADMIN`, or of custom ones.
    #[arg(value_name = "ROLE", required_unless_present = "none", conflicts_with = "none")]
    roles: Vec<String>,
    /// Take all roles away.
    #[arg(long)]
    none: bool,
    #[command(flatten)]
    kind: RoleKind,
}

impl RolesCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (verb, user, roles, kind) = match self {
            Self::List(command) => return command.run(context).await,
            Self::Add(change) => (SetVerb::Add, change.user, change.roles, change.kind),
            Self::Remove(change) => (SetVerb::Remove, change.user, change.roles, change.kind),
            Self::Set(change) => (SetVerb::Set, change.user, change.roles, change.kind),
        };
        SetReport::check_columns(context)?;
        let names = kind.names(roles)?.concerned(verb);
        let connection = context.connect()?;
        let users = connection.users();
        let id = user.id(&connection).await?;
        let mut report = SetReport::new(id.clone());
        if let Some(roles) = &names.builtin {
            match change_builtin(users, verb, &id, roles).await {
                Ok(change) => report.include(&change),
                Err(error) => {
                    let what = "built-in role";
                    return Err(refused(&connection, what, &LIST_BUILTIN, roles, error).await);
                }
            }
        }
        if let Some(roles) = &names.custom {
            match change_custom(users, verb, &id, roles).await {
                Ok(change) => report.include(&change),
                Err(error) => {
                    let failure = refused_custom(&connection, roles, error).await;
                    return Err(match report.changed() {
                        Some(changed) => failure.note(format!("Changed before it: {changed}.")),
                        None => failure,
                    });
                }
            }
        }
        context.output().object(&report)
    }
}

/// Returns why a change of custom roles was refused: if one of them does not exist, which.
async fn refused_custom(connection: &Connection, roles: &[RoleId], error: Error) -> Failure {
    if error.is_bad_request() || error.is_not_found() {
        for role in roles {
            let call = Call::<()>::of(&GET_CUSTOM, &[role.as_str()]);
            if connection.client().response(call).await.is_err_and(|error| error.is_not_found()) {
                return unknown("custom role", role.as_str(), []);
            }
        }
    }
    error.into()
}

impl RoleNames {
    /// Leaves out kinds of which nothing is added or removed.
    fn concerned(self, verb: SetVerb) -> Self {
        let is_concerned = |roles: &Vec<RoleId>| verb == SetVerb::Set || !roles.is_empty();
        Self {
            builtin: self.builtin.filter(is_concerned),
            custom: self.custom.filter(is_concerned),
        }
    }
}

async fn change_builtin(
    users: &Users,
    verb: SetVerb,
    id: &UserId,
    roles: &[RoleId],
) -> Result<SetChange<RoleId>> {
    match verb {
        SetVerb::Add => users.add_builtin_roles(id, roles).await,
        SetVerb::Remove => users.remove_builtin_roles(id, roles).await,
        SetVerb::Set => users.set_builtin_roles(id, roles).await,
    }
}

async fn change_custom(
    users: &Users,
    verb: SetVerb,
    id: &UserId,
    roles: &[RoleId],
) -> Result<SetChange<RoleId>> {
    match verb {
        SetVerb::Add => users.add_custom_roles(id, roles).await,
        SetVerb::Remove => users.remove_custom_roles(id, roles).await,
        SetVerb::Set => users.set_custom_roles(id, roles).await,
    }
}

impl ListRoles {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&["role", "kind"])?;
        let connection = context.connect()?;
        let users = connection.users();
        let id = self.user.id(&connection).await?;
        let mut roles = Vec::new();
        if self.kind.includes_builtin() {
            roles.extend(users.builtin_roles(&id).await?.into_iter().map(|role| ("builtin", role)));
        }
        if self.kind.includes_custom() {
            roles.extend(users.custom_roles(&id).await?.into_iter().map(|role| ("custom", role)));
        }
        let output = context.output();
        let mut rows = output.rows(&["role", "kind"]);
        for (kind, role) in roles {
            rows.add(&json!({"role": role, "kind": kind}))?;
        }
        rows.finish()
    }
}

const LIST_BUILTIN: Operation = Operation::get("roles.list_builtin", "/api/rest/v1/role/builtin");

const GET_CUSTOM: Operation =
    Operation::get("roles.get_custom", "/api/rest/v1/role/custom/{roleId}");
