//! `trivore users identify`.

use std::path::PathBuf;

use clap::Args;
use trivore::models::NewStrongIdentification;

use super::UserArgument;
use super::history::FIELDS;
use super::password::SecretInput;
use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::output::ResultFields;

/// Reports that a user has been strongly identified.
///
/// The personal identity code is asked for without echo, or read from a file or standard input. A
/// report cannot be taken back. The result is the identification as the service stored it.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users identify customers/jane --remarks 'passport shown at the front desk'
  trivore users identify customers/jane --personal-id-from code.txt --yes")]
pub(crate) struct Identify {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Read the personal identity code from the first line of this file; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    personal_id_from: Option<PathBuf>,
    /// How the user was identified.
    #[arg(long, value_name = "TEXT")]
    remarks: Option<String>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Identify {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let output = context.output().checked_before_change(ResultFields::at_least(&FIELDS))?;
        let source = match self.personal_id_from {
            Some(path) => SecretInput::File(path),
            None if context.is_interactive() => SecretInput::Prompt,
            None => {
                return Err(Failure::usage("there is no terminal to ask for the code on")
                    .note("Give it in a file or on standard input with --personal-id-from."));
            }
        };
        let code = source.read("personal identity code")?;
        let question = format!("Report that {} was identified?", self.user);
        if !self.yes && !context.confirm(&question, "--yes")? {
            return Err(Failure::new(FailureKind::Other, "nothing was reported"));
        }
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        let personal_id = code.trim().to_owned().into();
        let report = NewStrongIdentification { personal_id, remarks: self.remarks };
        let stored = connection.users().report_strong_identification(&id, &report).await?;
        output.object(&stored)
    }
}
