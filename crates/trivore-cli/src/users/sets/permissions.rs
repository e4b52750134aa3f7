//! `trivore users permissions`.

use clap::{Args, Subcommand};
use serde_json::json;
use trivore::models::PermissionId;
use trivore::transport::Operation;

use super::set_report::SetReport;
use super::set_verb::SetVerb;
use super::unknown::refused;
use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;

#[derive(Subcommand)]
pub(crate) enum PermissionsCommand {
    List(ListPermissions),
    /// Grants permissions to a user directly.
    #[command(after_help = "Examples:
  trivore users permissions add customers/jane ACCOUNT_VIEW GROUP_VIEW")]
    Add(ChangedPermissions),
    /// Revokes permissions that were granted to a user directly.
    ///
    /// Permissions that come from roles stay in effect.
    #[command(after_help = "Examples:
  trivore users permissions remove customers/jane ACCOUNT_VIEW")]
    Remove(ChangedPermissions),
    Set(SetPermissions),
}

/// Lists the permissions of a user.
///
/// By default, they are those that were granted directly.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users permissions list customers/jane
  trivore users permissions list customers/jane --effective")]
pub(crate) struct ListPermissions {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// List all permissions in effect, also those that come from roles.
    #[arg(long)]
    effective: bool,
}

#[derive(Args)]
pub(crate) struct ChangedPermissions {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Identifiers of permissions, such as `ACCOUNT_VIEW`.
    #[arg(value_name = "PERMISSION", required = true)]
    permissions: Vec<String>,
}

/// Sets the permissions that are granted to a user directly.
///
/// All others are revoked, unless they come from roles.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users permissions set customers/jane ACCOUNT_VIEW
  trivore users permissions set customers/jane --none")]
pub(crate) struct SetPermissions {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Identifiers of permissions, such as `ACCOUNT_VIEW`.
    #[arg(value_name = "PERMISSION", required_unless_present = "none", conflicts_with = "none")]
    permissions: Vec<String>,
    /// Revoke all.
    #[arg(long)]
    none: bool,
}

impl PermissionsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (verb, user, permissions) = match self {
            Self::List(command) => return command.run(context).await,
            Self::Add(change) => (SetVerb::Add, change.user, change.permissions),
            Self::Remove(change) => (SetVerb::Remove, change.user, change.permissions),
            Self::Set(change) => (SetVerb::Set, change.user, change.permissions),
        };
        SetReport::check_columns(context)?;
        if permissions.iter().any(String::is_empty) {
            return Err(Failure::usage("the identifier of a permission is empty"));
        }
        let permissions: Vec<PermissionId> = permissions.into_iter().map(Into::into).collect();
        let connection = context.connect()?;
        let users = connection.users();
        let id = user.id(&connection).await?;
        let change = match verb {
            SetVerb::Add => users.add_custom_permissions(&id, &permissions).await,
            SetVerb::Remove => users.remove_custom_permissions(&id, &permissions).await,
            SetVerb::Set => users.set_custom_permissions(&id, &permissions).await,
        };
        let change = match change {
            Ok(change) => change,
            Err(error) => {
                return Err(refused(&connection, "permission", &LIST, &permissions, error).await);
            }
        };
        let mut report = SetReport::new(id);
        report.include(&change);
        context.output().object(&report)
    }
}

impl ListPermissions {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        context.check_columns(&["permission"])?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let mut permissions = if self.effective {
            connection.users().effective_permissions(&id).await?
        } else {
            connection.users().custom_permissions(&id).await?
        };
        permissions.sort();
        let output = context.output();
        let mut rows = output.rows(&["permission"]);
        for permission in permissions {
            rows.add(&json!({"permission": permission}))?;
        }
        rows.finish()
    }
}

const LIST: Operation = Operation::get("permissions.list", "/api/rest/v1/permission");
