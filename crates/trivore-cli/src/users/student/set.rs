//! `trivore users student set`.

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use trivore::models::{StudentState, StudentStatus};

use super::get::FIELDS;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::ResultFields;
use crate::users::UserArgument;

/// Sets whether a user is a student.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users student set customers/jane full-time --from 2026-08-01 --to 2027-05-31
  trivore users student set customers/jane not-student")]
pub(crate) struct SetStudent {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Status of the user.
    #[arg(value_name = "STATUS")]
    status: Status,
    /// Start of the studies, such as 2026-08-01.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// End of the studies.
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Status {
    FullTime,
    PartTime,
    NotStudent,
    /// The query is not allowed.
    Forbidden,
    Unknown,
}

impl SetStudent {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(Failure::usage(format!("the studies end on {to}, before {from}")));
        }
        let mut state = StudentState::new(match self.status {
            Status::FullTime => StudentStatus::FullTime,
            Status::PartTime => StudentStatus::PartTime,
            Status::NotStudent => StudentStatus::NotStudent,
            Status::Forbidden => StudentStatus::Forbidden,
            Status::Unknown => StudentStatus::Unknown,
        });
        state.student_from = self.from.map(|date| date.to_string().into());
        state.student_to = self.to.map(|date| date.to_string().into());
        let output = context.output().checked_before_change(ResultFields::at_least(&FIELDS))?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        output.object(&connection.users().update_student_state(&id, &state).await?)
    }
}
