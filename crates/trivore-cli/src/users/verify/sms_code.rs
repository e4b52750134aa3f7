//! `trivore users verify sms-code`.

use clap::{Args, Subcommand};
use trivore::users::SmsCodeCheck;

use crate::context::Context;
use crate::failure::{Failure, FailureKind};
use crate::users::UserArgument;
use crate::users::password::SecretInput;
use crate::users::user_outcome::UserOutcome;

/// Verifies a number by a code in a text message.
#[derive(Subcommand)]
pub(crate) enum VerifySmsCode {
    Send(SendSmsCode),
    Check(CheckSmsCode),
}

/// Sends a text message with a code.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users verify sms-code send customers/jane
  trivore users verify sms-code send jane --number +358401234567")]
pub(crate) struct SendSmsCode {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Number to verify [default: the primary one].
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
}

/// Checks the code of a text message; a correct code works once.
///
/// The code is asked for without echo, or read from standard input. If it is not accepted, the exit
/// code is 5.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users verify sms-code check customers/jane
  echo 123456 | trivore users verify sms-code check customers/jane --stdin")]
pub(crate) struct CheckSmsCode {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Read the code from standard input, up to the end of the first line.
    #[arg(long)]
    stdin: bool,
}

impl VerifySmsCode {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Send(command) => command.run(context).await,
            Self::Check(command) => command.run(context).await,
        }
    }
}

impl SendSmsCode {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        UserOutcome::check_columns(context)?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        connection.users().send_sms_code(&id, self.number.as_deref()).await?;
        UserOutcome { id: &id, outcome: "sent" }.write(context)
    }
}

impl CheckSmsCode {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        UserOutcome::check_columns(context)?;
        if !self.stdin && !context.is_interactive() {
            return Err(Failure::usage("there is no terminal to ask for the code on")
                .note("Give it with --stdin."));
        }
        let source = if self.stdin { SecretInput::File("-".into()) } else { SecretInput::Prompt };
        let code = source.read("code")?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        match connection.users().check_sms_code(&id, code.trim()).await? {
            SmsCodeCheck::Accepted => UserOutcome { id: &id, outcome: "accepted" }.write(context),
            SmsCodeCheck::Rejected => Err(refused("the code is wrong, expired or already used")),
            _ => Err(refused("the code was not accepted, or there is no such user")),
        }
    }
}

fn refused(message: &str) -> Failure {
    Failure::new(FailureKind::Refused, message)
        .note("Send another one with `trivore users verify sms-code send`.")
}
