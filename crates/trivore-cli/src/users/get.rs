//! `trivore users get`.

use clap::Args;

use super::UserArgument;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;

/// Shows a user.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users get 5b0cfba4e2bb230ff8b535e6
  trivore users get customers/jane --output json
  trivore users get jane@example.com --columns id,emails")]
pub(crate) struct Get {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

impl Get {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked(ResultFields::of_user())?;
        let connection = context.connect()?;
        output.object(&self.user.user(&connection).await?)
    }
}
