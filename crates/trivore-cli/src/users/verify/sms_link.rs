//! `trivore users verify sms-link`.

use clap::Args;
use trivore::models::SmsLinkVerification;

use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;
use crate::users::user_outcome::UserOutcome;

/// Sends a text message with a link that verifies the number.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users verify sms-link customers/jane
  trivore users verify sms-link jane --number +358401234567 --expires-in-days 1")]
pub(crate) struct VerifySmsLink {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Number to verify [default: the primary one].
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// Page to open after the verification [default: the front page of the service].
    #[arg(long, value_name = "URL")]
    return_url: Option<String>,
    /// Days until the link expires [default: those of the policy].
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    expires_in_days: Option<u32>,
}

impl VerifySmsLink {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let verification = SmsLinkVerification {
            value: self.number,
            return_url: self.return_url,
            expiration_days: self.expires_in_days,
        };
        UserOutcome::check_columns(context)?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        connection.users().send_sms_link(&id, &verification).await?;
        UserOutcome { id: &id, outcome: "sent" }.write(context)
    }
}
