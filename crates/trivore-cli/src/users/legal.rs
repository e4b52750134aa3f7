//! `trivore users legal`.

use clap::Args;

use super::UserArgument;
use crate::context::Context;
use crate::failure::Failure;

/// Shows what official registers say about a user.
///
/// A personal identity code is masked in a table, unless --show-secrets is given.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users legal customers/jane
  trivore users legal jane --columns lastName,domicile.code")]
pub(crate) struct Legal {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

impl Legal {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        context.output().object(&connection.users().legal_info(&id).await?)
    }
}
