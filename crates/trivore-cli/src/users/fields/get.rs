//! `trivore users fields get`.

use clap::Args;
use trivore::models::CustomFields;

use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::users::UserArgument;

/// Shows the custom fields of a user: all, or those that are named.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users fields get customers/jane
  trivore users fields get customers/jane shoeSize --output json")]
pub(crate) struct GetFields {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Names of custom fields; it is an error if the user does not have one of them.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

impl GetFields {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let fields = connection.users().custom_fields(&id).await?;
        if self.names.is_empty() {
            return context.output().object(&fields);
        }
        let mut named = CustomFields::new();
        for name in self.names {
            let Some(value) = fields.get(&name) else {
                let message = format!("the user has no custom field `{name}`");
                return Err(Failure::new(FailureKind::NotFound, message));
            };
            named.insert(name, value.clone());
        }
        context.output().object(&named)
    }
}
