//! `trivore users verify email`.

use std::collections::BTreeMap;

use clap::Args;
use trivore::models::EmailVerification;

use crate::context::Context;
use crate::failure::Failure;
use crate::users::UserArgument;
use crate::users::user_outcome::UserOutcome;

/// Sends an e-mail with a link that verifies the address.
#[derive(Args)]
#[command(after_help = "Examples:
  trivore users verify email customers/jane
  trivore users verify email jane --address jane@example.com --expires-in-days 3
  trivore users verify email jane --template 5b0cfba4e2bb230ff8b535e6 --property company=Example")]
pub(crate) struct VerifyEmail {
    /// Identifier, NAMESPACE/USERNAME, user name or e-mail address.
    #[arg(value_name = "USER")]
    user: UserArgument,
    /// Address to verify [default: the primary one].
    #[arg(long, value_name = "EMAIL")]
    address: Option<String>,
    /// Page to open after the verification [default: the front page of the service].
    #[arg(long, value_name = "URL")]
    return_url: Option<String>,
    /// Days until the link expires [default: those of the policy].
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    expires_in_days: Option<u32>,
    /// Identifier of the template of the e-mail.
    #[arg(long, value_name = "ID")]
    template: Option<String>,
    /// Property that the template can use; can be repeated.
    #[arg(long = "property", value_name = "NAME=TEXT", value_parser = property)]
    template_properties: Vec<(String, String)>,
}

impl VerifyEmail {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let properties: BTreeMap<_, _> = self.template_properties.into_iter().collect();
        let verification = EmailVerification {
            value: self.address,
            return_url: self.return_url,
            expiration_days: self.expires_in_days,
            email_template_id: self.template.map(Into::into),
            email_template_properties: (!properties.is_empty()).then_some(properties),
        };
        UserOutcome::check_columns(context)?;
        let connection = context.connect()?;
        let id = self.user.id(&connection).await?;
        connection.users().verify_email(&id, &verification).await?;
        UserOutcome { id: &id, outcome: "sent" }.write(context)
    }
}

fn property(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=TEXT"),
    }
}
