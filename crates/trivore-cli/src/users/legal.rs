//! `trivore users legal`.

use clap::Args;

use super::UserArgument;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;

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
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        output.object(&connection.users().legal_info(&id).await?)
    }
}

const FIELDS: [&str; 13] = [
    "firstNames",
    "lastName",
    "callingName",
    "email",
    "phone",
    "personalIdentityCode",
    "dateOfBirth",
    "dateOfDeath",
    "lastUpdatedAt",
    "protectionOrder",
    "domicile",
    "addresses",
    "studentInfo",
];
