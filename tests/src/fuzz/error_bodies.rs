//! Error responses: any status with any body.

use trivore::transport::{Call, Client};

use super::response::{AnyResponse, run};
use super::telling;

/// Checks that any error response is parsed and reported in one line.
pub fn error_bodies(input: &[u8]) {
    let response = AnyResponse::read(input);
    let client = Client::new(response.service());

    let outcome = run(client.execute(Call::post(&["x"])));

    assert_eq!(outcome.is_ok(), response.status.is_success());
    let Err(error) = outcome else { return };
    telling::check(&error);
    let refusal = error.api().unwrap();
    assert_eq!(refusal.status(), response.status);
    assert_eq!(refusal.headers(), &response.headers);
    assert!(response.body.starts_with(refusal.body()));
    // With these two, a server or a gateway has given up, maybe after the request was processed.
    let has_given_up = matches!(response.status.as_u16(), 408 | 499);
    let is_refused = response.status.is_client_error() && !has_given_up;
    assert!(!is_refused || !error.may_have_been_applied());
}
