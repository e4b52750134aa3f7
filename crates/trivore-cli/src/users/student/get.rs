//! `trivore users student get`.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;
use crate::users::UserArgument;

/// Shows whether a user is a student.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users student get customers/jane")]
pub(crate) struct GetStudent {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
}

impl GetStudent {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        output.object(&connection.users().student_state(&id).await?)
    }
}

/// The fields of the state of a student.
pub(super) const FIELDS: [&str; 7] = [
    "state",
    "studentFrom",
    "studentTo",
    "updated",
    "lastQuerySuccess",
    "lastQueryError",
    "source",
];
