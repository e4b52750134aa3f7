//! `trivore users fields unset`.

use clap::Args;
use trivore::models::{CustomFields, User};

use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::users::UserArgument;

/// Removes custom fields of a user.
///
/// Fields that the user does not have are ignored. The result has the custom fields that are left.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users fields unset customers/jane shoeSize office
  trivore users fields unset customers/jane --all")]
pub(crate) struct UnsetFields {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Names of custom fields.
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// Remove all custom fields.
    #[arg(long)]
    all: bool,
    /// Do not ask whether to remove all.
    #[arg(long, short, requires = "all")]
    yes: bool,
}

impl UnsetFields {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let question = format!("Remove all custom fields of {}?", self.user);
        if self.all && !self.yes && !context.confirm(&question, "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was removed"));
        }
        let connection = context.connect()?;
        let users = connection.users();
        let id = self.user.id(&connection).await?;
        let fields = if self.all {
            users.delete_custom_fields(&id).await?;
            CustomFields::new()
        } else {
            let names = self.names;
            let remove = |user: &mut User| {
                if let Some(fields) = &mut user.custom_fields {
                    for name in &names {
                        fields.remove(name);
                    }
                }
            };
            users.modify(&id, remove).await?.custom_fields.unwrap_or_default()
        };
        context.output().object(&fields)
    }
}
