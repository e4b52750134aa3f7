//! Token endpoints that refuse to issue a token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{advance, sleep};
use trivore::transport::{AccessToken, ApiError, OidcClient, OidcGrant, TokenSource};

use super::server::{Server, answer, call, calls, password_grant};

#[tokio::test(start_paused = true)]
async fn a_refusal_is_readable_and_remembered_for_a_moment() {
    for (status, code) in
        [(401, "invalid_client"), (400, "invalid_grant"), (400, "unauthorized_client")]
    {
        let server = Server::new(move |_, _| async move {
            sleep(Duration::from_millis(100)).await;
            let body = format!(r#"{{"error":"{code}","error_description":"No."}}"#);
            answer(status, &body)
        });
        let client = server.builder(password_grant()).build().unwrap();

        for _ in 0..10 {
            for outcome in calls(&client, 100).await {
                let error = outcome.unwrap_err();

                assert!(error.is_token_refused() && error.is_authorization());
                assert_eq!(error.api().and_then(ApiError::oauth_error), Some(code));
                assert_eq!(error.operation().unwrap().name, "call");
                assert!(error.status().is_none() && !error.is_unauthorized());
                assert!(!error.may_have_been_applied());
            }
        }
        assert_eq!(server.token_count(), 1);
        assert_eq!(server.calls().len(), 0);

        advance(Duration::from_secs(2)).await;
        calls(&client, 100).await;
        assert_eq!(server.token_count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_token_endpoint_is_no_missing_user() {
    let server = Server::new(async |_, _| answer(404, r#"{"errorMessage":"Not found."}"#));

    let error = call(&server.client()).await.unwrap_err();

    assert!(!error.is_not_found() && error.is_token_refused(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_token_is_an_error() {
    for body in ["", "<html>", "{}", r#"{"access_token":"a b"}"#, r#"{"access_token":""}"#] {
        let server = Server::new(async move |_, _| answer(200, body));

        let error = call(&server.client()).await.unwrap_err();

        assert!(error.is_authorization(), "{body}: {error}");
        assert_eq!(server.token_count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_of_ones_own_is_called_once_for_all() {
    let server = Server::new(async |_, _| answer(500, "{}"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let source = TokenSource::new(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            sleep(Duration::from_secs(1)).await;
            if number == 0 {
                return Err("the vault is sealed".into());
            }
            Ok(AccessToken::new("own").valid_for(Duration::from_secs(600)))
        }
    });
    let client = server.builder(source).build().unwrap();

    let sealed = calls(&client, 1000).await;
    let open = calls(&client, 1000).await;

    for outcome in sealed {
        let message = outcome.unwrap_err().to_string();
        assert_eq!(message, "call: could not get an access token: the vault is sealed");
    }
    assert!(open.iter().all(Result::is_ok));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(server.calls()[0].headers()["authorization"], "Bearer own");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_panics_is_an_error() {
    let server = Server::new(async |_, _| answer(500, "{}"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let source = TokenSource::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { panic!("no token today") }
    });

    let error = call(&server.builder(source).build().unwrap()).await.unwrap_err();

    assert!(error.is_authorization(), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn credentials_that_cannot_work_are_refused_when_built() {
    let server = Server::new(async |_, _| answer(500, "{}"));
    let grant = OidcGrant::client_credentials(OidcClient::public("id"));

    let error = server.builder(grant).build().unwrap_err();

    assert!(error.to_string().contains("public client"), "{error}");
}
