//! `trivore users enterprise get`.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;
use crate::users::UserArgument;

/// Shows the data of an organization whose account is a user.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users enterprise get customers/example-oy")]
pub(crate) struct GetEnterprise {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

impl GetEnterprise {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        output.object(&connection.users().enterprise(&id).await?)
    }
}

const FIELDS: [&str; 15] = [
    "businessId",
    "vatId",
    "tradeName",
    "parallelTradeNames",
    "auxiliaryTradeNames",
    "domicile",
    "leiCode",
    "duns",
    "tradeRegisterNumber",
    "taxIdentificationNumber",
    "general",
    "sales",
    "service",
    "customerSupport",
    "meta",
];
