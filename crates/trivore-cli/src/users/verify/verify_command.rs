//! The commands that `trivore users verify` has.

use clap::Subcommand;

use super::email::VerifyEmail;
use super::sms_code::VerifySmsCode;
use super::sms_link::VerifySmsLink;
use crate::context::Context;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum VerifyCommand {
    Email(VerifyEmail),
    SmsLink(VerifySmsLink),
    #[command(subcommand)]
    SmsCode(VerifySmsCode),
}

impl VerifyCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Email(command) => command.run(context).await,
            Self::SmsLink(command) => command.run(context).await,
            Self::SmsCode(command) => command.run(context).await,
        }
    }
}
