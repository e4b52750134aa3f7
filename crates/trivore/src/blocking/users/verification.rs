//! Verification of e-mail addresses and mobile numbers, by link or code.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{EmailVerification, SmsLinkVerification, UserId};
use trivore_users::{Result, SmsCodeCheck};

use crate::blocking::Users;

impl Users {
    /// Sends an e-mail with a link that verifies the address.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::EmailVerification;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let emails = serde_json::json!([{"address": "maija@example.com"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"emails": emails}))?.into();
    /// let verification = EmailVerification {
    ///     value: Some("maija@example.com".to_owned()),
    ///     return_url: Some("https://www.example.com/verified".to_owned()),
    ///     expiration_days: Some(3),
    ///     ..EmailVerification::default()
    /// };
    /// users.verify_email(&id, &verification)?;
    ///
    /// assert!(sandbox.outbox().last_link("maija@example.com").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the user has no such address.
    pub fn verify_email(&self, user: &UserId, verification: &EmailVerification) -> Result<()> {
        self.runtime.run(self.inner.verify_email(user, verification))
    }

    /// Sends a text message with a code, to the primary number or to the given one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let mobiles = ["+358401234567", "+358407654321"].map(trivore::models::Mobile::new);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// users.send_sms_code(&id, None)?;
    /// users.send_sms_code(&id, Some("+358407654321"))?;
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
    pub fn send_sms_code(&self, user: &UserId, mobile: Option<&str>) -> Result<()> {
        self.runtime.run(self.inner.send_sms_code(user, mobile))
    }

    /// Checks the code of a text message; a correct code works once.
    ///
    /// The service responds with 404 to a wrong code (documented) and also to an unknown user.
    /// The message of the response, if it has one, distinguishes the two (inferred).
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::users::SmsCodeCheck;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let mobiles = serde_json::json!([{"number": "+358401234567"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// # users.send_sms_code(&id, None)?;
    /// # let outbox = sandbox.outbox();
    /// # let code = outbox.last_sms_code("+358401234567").ok_or("no code was sent")?;
    /// let is_verified = match users.check_sms_code(&id, code)? {
    ///     SmsCodeCheck::Accepted => true,
    ///     SmsCodeCheck::Rejected => false, // wrong, expired or already used
    ///     _ => return Err("unclear whether the code or the user is wrong".into()),
    /// };
    /// assert!(is_verified);
    ///
    /// // A code works once. For a rejected code, the call succeeds.
    /// assert_eq!(users.check_sms_code(&id, code)?, SmsCodeCheck::Rejected);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, and the response says so; the code is empty.
    pub fn check_sms_code(&self, user: &UserId, code: &str) -> Result<SmsCodeCheck> {
        self.runtime.run(self.inner.check_sms_code(user, code))
    }

    /// Sends a text message with a link that verifies the number.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::SmsLinkVerification;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let mobiles = serde_json::json!([{"number": "+358401234567"}]);
    /// # let id = sandbox.add_user(serde_json::json!({"mobiles": mobiles}))?.into();
    /// let verification = SmsLinkVerification {
    ///     value: Some("+358401234567".to_owned()),
    ///     ..SmsLinkVerification::default()
    /// };
    /// users.send_sms_link(&id, &verification)?;
    ///
    /// assert!(sandbox.outbox().last_link("+358401234567").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the user has no such number.
    pub fn send_sms_link(&self, user: &UserId, verification: &SmsLinkVerification) -> Result<()> {
        self.runtime.run(self.inner.send_sms_link(user, verification))
    }
}
