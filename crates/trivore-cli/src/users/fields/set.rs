//! `trivore users fields set`.

use clap::Args;
use trivore::models::CustomFields;

use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;
use crate::users::editing::Assignment;

/// Sets custom fields of a user, and keeps its others.
///
/// A value after = is text; after := it is JSON. The result has the fields that were set.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users fields set customers/jane office=Turku shoeSize:=38
  trivore users fields set customers/jane 'languages:=[\"fi\", \"sv\"]'")]
pub(crate) struct SetFields {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Names and values.
    #[arg(value_name = "NAME=VALUE", required = true)]
    assignments: Vec<String>,
}

impl SetFields {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let mut fields = CustomFields::new();
        for Assignment { path, value } in Assignment::parse_all(&self.assignments)? {
            if fields.get(&path).is_some() {
                return Err(Failure::usage(format!("`{path}` is given twice")));
            }
            fields
                .insert_as(&path, &value)
                .map_err(|error| Failure::usage(format!("`{path}`: {error}")))?;
        }
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        connection.users().update_custom_fields(&id, &fields).await?;
        context.output().object(&fields)
    }
}
