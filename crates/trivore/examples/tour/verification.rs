//! Verification of contacts by link and by code.

use trivore::Trivore;
use trivore::models::{EmailVerification, UserId};
use trivore::transport::{Call, Client};
use trivore::users::SmsCodeCheck;
use trivore_sandbox::Sandbox;

use crate::report::{Outcome, ensure, line, step, text};

pub(crate) async fn email_by_link(
    trivore: &Trivore,
    sandbox: &Sandbox,
    id: &UserId,
) -> Outcome<()> {
    step("Verify the e-mail address by a link");
    let verification = EmailVerification { expiration_days: Some(1), ..Default::default() };
    trivore.users().verify_email(id, &verification).await?;
    let outbox = sandbox.outbox();
    let link = outbox.last_link("maija@example.com").ok_or("no link was sent")?;
    line(format_args!("the link in the e-mail: {link}"));

    // The person opens the link in a browser.
    let browser = Client::builder(sandbox.url()).build()?;
    let path = link.strip_prefix(sandbox.url()).ok_or("the link is for another server")?;
    let segments: Vec<_> = path.split('/').skip(1).collect();
    match browser.execute(Call::get(&segments)).await {
        // A browser would go on to the front page; the client follows no redirects.
        Err(error) if error.status().is_some_and(|status| status.is_redirection()) => {}
        other => other?,
    }

    let user = trivore.users().get(id).await?;
    let primary = user.emails().first().ok_or("no address")?;
    line(format_args!("verified: {}", text(primary.verified)));
    ensure(primary.verified == Some(true), "the address is verified")
}

pub(crate) async fn mobile_by_code(
    trivore: &Trivore,
    sandbox: &Sandbox,
    id: &UserId,
) -> Outcome<()> {
    step("Verify the mobile number by a code, after a wrong one");
    trivore.users().send_sms_code(id, None).await?;
    let outbox = sandbox.outbox();
    let code = outbox.last_sms_code("+358401234567").ok_or("no code was sent")?;
    let wrong = if code == "000000" { "111111" } else { "000000" };

    let first = trivore.users().check_sms_code(id, wrong).await?;
    let second = trivore.users().check_sms_code(id, code).await?;

    line(format_args!("the wrong code: {first:?}"));
    line(format_args!("the right code: {second:?}"));
    ensure(first == SmsCodeCheck::Rejected, "a wrong code is rejected")?;
    ensure(second == SmsCodeCheck::Accepted, "the right code is accepted")?;
    let user = trivore.users().get(id).await?;
    ensure(user.mobiles().first().and_then(|m| m.verified) == Some(true), "the number is verified")
}
