//! Error responses: any status with any body.

use trivore::transport::{Call, Client};

use super::answer::{Answer, run};
use super::telling;

/// Checks that any error response is parsed and reported in one line.
pub fn error_bodies(input: &[u8]) {
    let answer = Answer::read(input);
    let client = Client::new(answer.service());

    let outcome = run(client.execute(Call::post(&["x"])));

    assert_eq!(outcome.is_ok(), answer.status.is_success());
    let Err(error) = outcome else { return };
    telling::check(&error);
    let refusal = error.api().unwrap();
    assert_eq!(refusal.status(), answer.status);
    assert_eq!(refusal.headers(), &answer.headers);
    assert!(answer.body.starts_with(refusal.body()));
    // With these two, a server or a gateway has given up, maybe after the request was processed.
    let has_given_up = matches!(answer.status.as_u16(), 408 | 499);
    let is_refused = answer.status.is_client_error() && !has_given_up;
    assert!(!is_refused || !error.may_have_been_applied());
}
