//! Complete responses through the complete client: status, headers and body.

use std::time::Duration;

use tokio::time::Instant;
use trivore::models::{PageRequest, User, UserId};
use trivore::transport::{Client, Safety};
use trivore::users::Users;
use trivore::{Credentials, Error, Result};

use super::answer::{Answer, run};
use super::telling;

/// Checks that every call ends within its deadline, with a value or an accurate error.
pub fn answers(input: &[u8]) {
    let answer = Answer::read(input);
    let user = UserId::from("canary-user");
    let mut new = User::new();
    new.nick_name = Some("canary-name".to_owned());

    run(async {
        let start = Instant::now();
        check(&answer, users(&answer).get(&user).await.map(drop));
        check(&answer, users(&answer).list(&PageRequest::default()).await.map(drop));
        check(&answer, users(&answer).password_requirements(&user).await.map(drop));
        check(&answer, users(&answer).create(&new).await.map(drop));
        check(&answer, users(&answer).delete(&user).await.map(drop));
        assert!(start.elapsed() <= 5 * LIMIT);
    });
}

/// Returns a new client for each call, because a rate-limit pause of one would delay the next
/// calls.
fn users(answer: &Answer) -> Users {
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::basic("client", "canary-secret"))
        .timeout(LIMIT)
        .service(answer.service());
    Users::new(client.build().unwrap())
}

fn check(answer: &Answer, outcome: Result<()>) {
    let Err(error) = outcome else { return assert!(answer.status.is_success()) };
    telling::check(&error);
    let told = format!("{error} {error:?}");
    assert!(!told.contains("canary"), "{told}");
    assert!((1..=3).contains(&error.attempts().len()));
    if answer.status.is_success() {
        assert!(error.is_decode() || error.is_too_large(), "{error}");
        telling::no_value_of(&answer.body, &error);
    } else {
        assert_eq!(error.status(), Some(answer.status));
    }
    assert_eq!(error.may_have_been_applied(), may_have_been_applied(answer, &error), "{error}");
}

/// The value that the documentation of [`Error::may_have_been_applied`] specifies.
fn may_have_been_applied(answer: &Answer, error: &Error) -> bool {
    let is_open = !answer.status.is_client_error();
    error.operation().unwrap().safety != Safety::Safe && is_open
}

const LIMIT: Duration = Duration::from_secs(90);
