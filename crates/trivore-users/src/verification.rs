//! Verification of e-mail addresses and mobile numbers, by link or code.

use trivore_models::{EmailVerification, SmsLinkVerification, UserId};
use trivore_transport::{Call, Error, Operation, ResponseShape, Result, Safety};

use crate::Users;

/// The result of checking a code that was sent by text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "for a code that was not accepted, the call succeeds"]
pub enum SmsCodeCheck {
    /// The code is correct, and the number is verified.
    Accepted,
    /// The code is wrong, expired or already used, or no code was sent.
    Rejected,
    /// The server responded with 404, and it is unclear whether the code or the user is wrong.
    Unclear,
}

impl Users {
    /// Sends an e-mail with a link that verifies the address.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::EmailVerification;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let emails = serde_json::json!([{"address": "maija@example.com"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"emails": emails}))?.into();
    /// let verification = EmailVerification {
    ///     value: Some("maija@example.com".to_owned()),
    ///     return_url: Some("https://www.example.com/verified".to_owned()),
    ///     expiration_days: Some(3),
    ///     ..EmailVerification::default()
    /// };
    /// users.verify_email(&id, &verification).await?;
    ///
    /// assert!(sandbox.outbox().last_link("maija@example.com").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the user has no such address.
    pub async fn verify_email(
        &self,
        user: &UserId,
        verification: &EmailVerification,
    ) -> Result<()> {
        let call = Call::of(&VERIFY_EMAIL, &[user.as_str()]).json(verification);
        self.client.execute(call).await
    }

    /// Sends a text message with a code, to the primary number or to the given one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let mobiles = ["+358401234567", "+358407654321"].map(trivore_models::Mobile::new);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// users.send_sms_code(&id, None).await?;
    /// users.send_sms_code(&id, Some("+358407654321")).await?;
    ///
    /// assert!(sandbox.outbox().last_sms_code("+358401234567").is_some());
    /// assert!(sandbox.outbox().last_sms_code("+358407654321").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the user has no such number.
    pub async fn send_sms_code(&self, user: &UserId, mobile: Option<&str>) -> Result<()> {
        let call = Call::of(&SEND_SMS_CODE, &[user.as_str()]);
        let call = match mobile {
            Some(mobile) => call.query("mobile", mobile),
            None => call,
        };
        self.client.execute(call).await
    }

    /// Checks the code of a text message; a correct code works once.
    ///
    /// The service responds with 404 to a wrong code (documented) and also to an unknown user.
    /// The message of the response, if it has one, distinguishes the two (inferred).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::SmsCodeCheck;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let mobiles = serde_json::json!([{"number": "+358401234567"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// # users.send_sms_code(&id, None).await?;
    /// # let outbox = sandbox.outbox();
    /// # let code = outbox.last_sms_code("+358401234567").ok_or("no code was sent")?;
    /// let is_verified = match users.check_sms_code(&id, code).await? {
    ///     SmsCodeCheck::Accepted => true,
    ///     SmsCodeCheck::Rejected => false, // wrong, expired or already used
    ///     _ => return Err("unclear whether the code or the user is wrong".into()),
    /// };
    /// assert!(is_verified);
    ///
    /// // A code works once. For a rejected code, the call succeeds.
    /// assert_eq!(users.check_sms_code(&id, code).await?, SmsCodeCheck::Rejected);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, and the response says so; the code is empty.
    pub async fn check_sms_code(&self, user: &UserId, code: &str) -> Result<SmsCodeCheck> {
        let call = Call::of(&CHECK_SMS_CODE, &[user.as_str(), code]);
        match self.client.execute(call).await {
            Ok(()) => Ok(SmsCodeCheck::Accepted),
            Err(error) if error.is_not_found() => why_not_found(error),
            Err(error) => Err(error),
        }
    }

    /// Sends a text message with a link that verifies the number.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::SmsLinkVerification;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let mobiles = serde_json::json!([{"number": "+358401234567"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// let verification = SmsLinkVerification {
    ///     value: Some("+358401234567".to_owned()),
    ///     ..SmsLinkVerification::default()
    /// };
    /// users.send_sms_link(&id, &verification).await?;
    ///
    /// assert!(sandbox.outbox().last_link("+358401234567").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the user has no such number.
    pub async fn send_sms_link(
        &self,
        user: &UserId,
        verification: &SmsLinkVerification,
    ) -> Result<()> {
        let call = Call::of(&SEND_SMS_LINK, &[user.as_str()]).json(verification);
        self.client.execute(call).await
    }
}

fn why_not_found(error: Error) -> Result<SmsCodeCheck> {
    let message = error.api().and_then(|answer| answer.message()).map(str::to_lowercase);
    match message.as_deref() {
        Some(text) if says_that_user_is_absent(text) => Err(error),
        Some(text) if text.contains("code") => Ok(SmsCodeCheck::Rejected),
        Some(text) if text.contains("user") || text.contains("account") => Err(error),
        _ => Ok(SmsCodeCheck::Unclear),
    }
}

/// Whether a message in lower case says that the user is absent.
///
/// Such a message may also contain the word "code", as in "User not found (error code 404)."
fn says_that_user_is_absent(message: &str) -> bool {
    let is_absent = |(before, after): (&str, &str)| {
        let before = before.trim_end();
        // What follows a code says something about the code.
        let after = after.split("code").next().unwrap_or_default();
        let is_own_code = after.len() < 4 && after.starts_with("'s");
        ABSENT_BEFORE.iter().any(|words| before.ends_with(words))
            || !is_own_code && ABSENT_AFTER.iter().any(|words| after.contains(words))
    };
    let subjects = ["user", "account"];
    let mut places = subjects.iter().flat_map(|subject| {
        let places = message.match_indices(subject);
        places.map(|(at, subject)| (&message[..at], &message[at + subject.len()..]))
    });
    places.any(is_absent)
}

const ABSENT_BEFORE: [&str; 5] = ["no such", "no", "unknown", "nonexistent", "missing"];
const ABSENT_AFTER: [&str; 6] =
    ["not found", "not be found", "not exist", "n't exist", "unknown", "no longer exist"];

static VERIFY_EMAIL: Operation = Operation::post(
    "users.verify_email",
    "/api/rest/v1/user/{userId}/email/verify",
    Safety::TouchesPerson,
)
.returns(ResponseShape::NoError);
static SEND_SMS_CODE: Operation = Operation::post(
    "users.send_sms_code",
    "/api/rest/v1/user/{userId}/sms/verify/send",
    Safety::TouchesPerson,
)
.returns(ResponseShape::NoError);
static CHECK_SMS_CODE: Operation = Operation::post(
    "users.check_sms_code",
    "/api/rest/v1/user/{userId}/sms/verify/check/{code}",
    Safety::OneShot,
)
.returns(ResponseShape::NoError);
static SEND_SMS_LINK: Operation = Operation::post(
    "users.send_sms_link",
    "/api/rest/v1/user/{userId}/sms/verify/sendLink",
    Safety::TouchesPerson,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&VERIFY_EMAIL, &SEND_SMS_CODE, &CHECK_SMS_CODE, &SEND_SMS_LINK];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_user_is_told_from_a_wrong_code() {
        for (message, is_absent) in [
            ("user not found (error code 404).", true),
            ("error code 404: user not found", true),
            ("no such account. code: user_missing", true),
            ("user 5b0c could not be found, status code 404", true),
            ("the account does not exist (code not checked)", true),
            ("unknown user", true),
            ("code not found", false),
            ("verification code not found for user", false),
            ("the user's code was not found", false),
            ("user has no pending code", false),
            ("no code is pending for this user", false),
            ("unknown code for account", false),
        ] {
            assert_eq!(says_that_user_is_absent(message), is_absent, "{message}");
        }
    }
}
