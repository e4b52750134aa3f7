//! `trivore users password requirements`.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;
use crate::users::UserArgument;

/// Shows the requirements for the password of a user.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users password requirements customers/jane
  trivore users password requirements jane --output json")]
pub(crate) struct ShowRequirements {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

impl ShowRequirements {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        output.object(&connection.users().password_requirements(&id).await?)
    }
}

const FIELDS: [&str; 10] = [
    "minLength",
    "maxLength",
    "numberOfCharacteristics",
    "alphabeticalSequenceMaxLength",
    "numericalSequenceMaxLength",
    "qwertySequenceMaxLength",
    "historyLength",
    "repeatCharacterLength",
    "usernameForbidden",
    "dictionaryCheck",
];
