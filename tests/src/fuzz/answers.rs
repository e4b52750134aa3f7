//! Whole answers through the whole client: status, headers and body.

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use trivore::models::{PageRequest, User, UserId};
use trivore::transport::{Client, Safety};
use trivore::{Credentials, Error, Result, Trivore};

use super::answer::{Answer, run};
use super::telling;

/// Ends every call in time, with what the server said or a true account of what is wrong.
pub fn answers(input: &[u8]) {
    let answer = Answer::read(input);
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::basic("client", "canary-secret"))
        .service(answer.service());
    let trivore = Trivore::new(client.build().unwrap());
    let (users, user) = (trivore.users(), UserId::from("canary-user"));
    let mut new = User::new();
    new.nick_name = Some("canary-name".to_owned());

    run(async {
        let start = Instant::now();
        check(&answer, users.get(&user).await.map(drop));
        check(&answer, users.list(&PageRequest::default()).await.map(drop));
        check(&answer, users.password_requirements(&user).await.map(drop));
        check(&answer, users.create(&new).await.map(drop));
        check(&answer, users.delete(&user).await.map(drop));
        assert!(start.elapsed() <= 5 * std::time::Duration::from_secs(90));
    });
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

/// What the documentation of the error promises.
fn may_have_been_applied(answer: &Answer, error: &Error) -> bool {
    let says_wait = |headers: &HeaderMap| headers.contains_key(RETRY_AFTER);
    let refused = answer.status == StatusCode::SERVICE_UNAVAILABLE && says_wait(&answer.headers);
    let is_open = !answer.status.is_client_error() && !refused;
    error.operation().unwrap().safety != Safety::Safe && is_open
}
