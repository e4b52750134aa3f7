//! Complete responses through the complete client: status, headers and body.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use trivore::models::{PageRequest, User, UserId};
use trivore::transport::{Client, Safety};
use trivore::users::Users;
use trivore::{Credentials, Error, Result};

use super::response::{AnyResponse, run};
use super::telling;

/// Checks that every call ends within its deadline, with a value or an accurate error.
///
/// A value is what the operation returns, also if the body is read as any JSON.
pub fn responses(input: &[u8]) {
    let response = AnyResponse::read(input);
    let user = UserId::from("canary-user");
    let mut new = User::new();
    new.nick_name = Some("canary-name".to_owned());

    run(async {
        let start = Instant::now();
        let got = users(&response).get(&user).await;
        assert!(got.is_err() || is_user(&response.body), "{got:?}");
        check(&response, got.map(drop));
        check(&response, users(&response).list(&PageRequest::default()).await.map(drop));
        check(&response, users(&response).password_requirements(&user).await.map(drop));
        let created = users(&response).create(&new).await;
        assert!(created.is_err() || is_user(&response.body), "{created:?}");
        check(&response, created.map(drop));
        let deleted = users(&response).delete(&user).await;
        assert!(deleted.is_err() || !is_plainly_an_error(&response.body), "{deleted:?}");
        check(&response, deleted);
        assert!(start.elapsed() <= 5 * LIMIT);
    });
}

/// Returns a new client for each call, because a rate-limit pause of one would delay the next
/// calls.
fn users(response: &AnyResponse) -> Users {
    let client = Client::builder("https://id.example.com")
        .credentials(Credentials::basic("client", "canary-secret"))
        .timeout(LIMIT)
        .service(response.service());
    Users::new(client.build().unwrap())
}

fn check(response: &AnyResponse, outcome: Result<()>) {
    let Err(error) = outcome else { return assert!(response.status.is_success()) };
    telling::check(&error);
    let told = format!("{error} {error:?}");
    assert!(!told.contains("canary"), "{told}");
    assert!((1..=3).contains(&error.attempts().len()));
    if response.status.is_success() {
        assert!(error.is_decode() || error.is_too_large(), "{error}");
        telling::no_value_of(&response.body, &error);
    } else {
        assert_eq!(error.status(), Some(response.status));
    }
    assert_eq!(error.may_have_been_applied(), may_have_been_applied(response, &error), "{error}");
}

/// Whether a body is a JSON object with an identifier; a body that is not read as any JSON may be.
fn is_user(body: &[u8]) -> bool {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return true };
    let status = json["statusCode"].as_u64().unwrap_or_default();
    json["id"].as_str().is_some_and(|id| !id.is_empty()) && status < 400
}

/// Whether a body is certainly an error body.
fn is_plainly_an_error(body: &[u8]) -> bool {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return false };
    let says = json["errorMessage"].as_str().is_some_and(|message| !message.is_empty());
    let status = &json["statusCode"];
    status.as_u64().is_some_and(|status| status >= 400) || says && status.is_null()
}

/// The value that the documentation of [`Error::may_have_been_applied`] specifies.
fn may_have_been_applied(response: &AnyResponse, error: &Error) -> bool {
    let is_open = !response.status.is_client_error();
    error.operation().unwrap().safety != Safety::Safe && is_open
}

const LIMIT: Duration = Duration::from_secs(90);
