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
    let message = error.api().and_then(|response| response.message()).unwrap_or_default();
    match meaning(message) {
        Meaning::UserIsAbsent => Err(error),
        Meaning::CodeIsRejected => Ok(SmsCodeCheck::Rejected),
        Meaning::Unclear => Ok(SmsCodeCheck::Unclear),
    }
}

/// What the message of a 404 says.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    UserIsAbsent,
    CodeIsRejected,
    Unclear,
}

fn meaning(message: &str) -> Meaning {
    let clauses = clauses(message);
    if clauses.iter().any(|clause| says_that_user_is_absent(clause)) {
        Meaning::UserIsAbsent
    } else if clauses.iter().any(|clause| contains_any(clause, &CODES)) {
        Meaning::CodeIsRejected
    } else {
        Meaning::Unclear
    }
}

/// Whether a clause says that the user is absent.
///
/// If it also names something that a user can have, that may be what is absent.
fn says_that_user_is_absent(clause: &str) -> bool {
    let is_absent = |user: &&str| {
        let mut places = clause.match_indices(*user);
        places.any(|(at, _)| {
            // The spaces around a word belong to both of its neighbors.
            let (before, after) = (&clause[..=at], &clause[at + user.len() - 1..]);
            let before =
                before.strip_suffix(" the ").map_or(before, |_| &before[..before.len() - 4]);
            ABSENT_BEFORE.iter().any(|words| before.ends_with(words))
                || contains_any(after, &ABSENT_AFTER)
        })
    };
    !contains_any(clause, &CODES)
        && !contains_any(clause, &THINGS_OF_USERS)
        && USERS.iter().any(is_absent)
}

fn contains_any(clause: &str, words: &[&str]) -> bool {
    words.iter().any(|words| clause.contains(words))
}

/// Splits a message into clauses of lower-case words with a space before and after each.
///
/// Paths are left out, and codes of errors, as in "User not found (error code 404)."
fn clauses(message: &str) -> Vec<String> {
    let mut clauses = vec![" ".to_owned()];
    for chunk in message.replace('\u{2019}', "'").split_whitespace() {
        if chunk.starts_with('/') || chunk.contains("://") {
            continue;
        }
        let mut previous = ' ';
        for c in chunk.chars() {
            let clause = clauses.last_mut();
            let is_new_word = previous.is_lowercase() && c.is_uppercase();
            match clause {
                Some(clause) if c.is_alphanumeric() || c == '\'' => {
                    if is_new_word {
                        clause.push(' ');
                    }
                    clause.extend(c.to_lowercase());
                }
                Some(clause) if matches!(c, '_' | '-' | '"' | '/') => clause.push(' '),
                _ => clauses.push(" ".to_owned()),
            }
            previous = c;
        }
        if let Some(clause) = clauses.last_mut() {
            clause.push(' ');
        }
    }
    clauses.iter().flat_map(|clause| without_error_codes(clause)).collect()
}

/// Leaves out words such as "error code", and splits a clause where another one begins.
fn without_error_codes(clause: &str) -> Vec<String> {
    let words: Vec<&str> = clause
        .split(' ')
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .collect();
    let mut clauses = vec![" ".to_owned()];
    for (at, word) in words.iter().enumerate() {
        let is_after = |others: &[&str]| {
            at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| others.contains(word))
        };
        let is_of_error = *word == "code"
            && (is_after(&["error", "status", "http", "response"])
                || words.get(at + 1) == Some(&"404"));
        if ["and", "because", "but", "since"].contains(word) {
            clauses.push(" ".to_owned());
        } else if !is_of_error && let Some(clause) = clauses.last_mut() {
            clause.push_str(word);
            clause.push(' ');
        }
    }
    clauses
}

const USERS: [&str; 2] = [" user ", " account "];
const CODES: [&str; 4] = [" code ", " codes ", " code's ", " passcode "];
/// What a user can have, or can have been asked to do.
const THINGS_OF_USERS: [&str; 19] = [
    " address ",
    " attempt ",
    " attempts ",
    " contact ",
    " email ",
    " message ",
    " messages ",
    " mobile ",
    " mobiles ",
    " namespace ",
    " number ",
    " numbers ",
    " pending ",
    " phone ",
    " profile ",
    " request ",
    " session ",
    " sms ",
    " verification ",
];
const ABSENT_BEFORE: [&str; 11] = [
    " no such ",
    " no ",
    " unknown ",
    " nonexistent ",
    " non existent ",
    " missing ",
    " not find ",
    " cannot find ",
    "n't find ",
    " unable to find ",
    " failed to find ",
];
const ABSENT_AFTER: [&str; 12] = [
    " not found ",
    "n't found ",
    " not be found ",
    "n't be found ",
    " cannot be found ",
    " not exist ",
    "n't exist ",
    " not exists ",
    " no longer exist ",
    " no longer exists ",
    " unknown ",
    " missing ",
];

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
    use super::Meaning::{CodeIsRejected, Unclear, UserIsAbsent};
    use super::*;

    #[test]
    fn an_absent_user_is_told_from_a_wrong_code() {
        for (message, expected) in [
            ("user not found (error code 404).", UserIsAbsent),
            ("user not found.", UserIsAbsent),
            ("error code 404: user not found", UserIsAbsent),
            ("no such account. code: user_missing", UserIsAbsent),
            ("no such user", UserIsAbsent),
            ("no user with this id", UserIsAbsent),
            ("no user has this code", CodeIsRejected),
            ("user 5b0c could not be found, status code 404", UserIsAbsent),
            ("user with id 5b0c was not found", UserIsAbsent),
            ("user '5b0c' not found", UserIsAbsent),
            ("user \"5b0c\" is unknown", UserIsAbsent),
            ("user_not_found", UserIsAbsent),
            ("user-not-found", UserIsAbsent),
            ("userid not found", Unclear),
            ("the account does not exist (code not checked)", UserIsAbsent),
            ("the account doesn't exist", UserIsAbsent),
            ("user account not found", UserIsAbsent),
            ("the user does not exist; code rejected", UserIsAbsent),
            ("cannot find user", UserIsAbsent),
            ("could not find the user 5b0c", UserIsAbsent),
            ("unknown user", UserIsAbsent),
            ("unknown user: code 404", UserIsAbsent),
            ("code not found", CodeIsRejected),
            ("verification code not found for user", CodeIsRejected),
            ("the user's code was not found", CodeIsRejected),
            ("the user\u{2019}s code was not found", CodeIsRejected),
            ("user's code not found", CodeIsRejected),
            ("the user code was not found", CodeIsRejected),
            ("code of the user not found", CodeIsRejected),
            ("code for user 5b0c not found", CodeIsRejected),
            ("the code of user 5b0c does not exist", CodeIsRejected),
            ("for this user, the code was not found", CodeIsRejected),
            ("user entered an unknown code", CodeIsRejected),
            ("user: verification code not found", CodeIsRejected),
            ("user has no pending code", CodeIsRejected),
            ("user exists, but the code was not found", CodeIsRejected),
            ("no code is pending for this user", CodeIsRejected),
            ("cannot find code for user", CodeIsRejected),
            ("unknown code for account", CodeIsRejected),
            ("unknown code. user is known", CodeIsRejected),
            ("superuser not found", Unclear),
            ("the users' codes were not found", CodeIsRejected),
            ("username not found", Unclear),
            ("accounting not found", Unclear),
            ("piano user code rejected", CodeIsRejected),
            ("casino account: wrong code", CodeIsRejected),
            ("the code 123456 of user 5b0c was not found", CodeIsRejected),
            ("the requested url /api/rest/v1/user/5b0c/sms/verify was not found", Unclear),
            ("https://id.example.com/user/5b0c not found", Unclear),
            ("the user was not found with status code 404", UserIsAbsent),
            ("the code was rejected because the user does not exist", UserIsAbsent),
            ("the user and the code do not exist", CodeIsRejected),
            ("no pending verification for this user", Unclear),
            ("no pending user verification", Unclear),
            ("user verification not found", Unclear),
            ("no verification was found for user 5b0c", Unclear),
            ("the user's verification does not exist", Unclear),
            ("no verification is pending: user 5b0c", Unclear),
            ("no sms was sent to this user", Unclear),
            ("mobile number of the user not found", Unclear),
            ("the user has no such mobile number", Unclear),
            ("no user verification request", Unclear),
            ("for this user nothing is pending", Unclear),
            ("user session not found", Unclear),
            ("the user is locked", Unclear),
            ("this account may not do that", Unclear),
            ("user", Unclear),
            ("verification failed: user not found", UserIsAbsent),
            ("not found", Unclear),
            ("", Unclear),
        ] {
            for message in [message.to_owned(), message.to_uppercase()] {
                assert_eq!(meaning(&message), expected, "{message}: {:?}", clauses(&message));
            }
        }
    }
}
