//! A thousand calls when the token has expired.

use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use trivore::transport::{OidcClient, OidcGrant};

use super::server::{Server, answer, call, calls, grant, password_grant, token};

const STORM: usize = 1000;

#[tokio::test(start_paused = true)]
async fn a_storm_makes_one_token_request() {
    let server = Server::new(async |number, _| token(number, 100));
    let client = server.client();

    let first = calls(&client, STORM).await;
    advance(Duration::from_secs(101)).await;
    let second = calls(&client, STORM).await;

    assert!(first.iter().chain(&second).all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
    assert_eq!(server.document_count(), 1);
    let last = server.calls().pop().unwrap();
    assert_eq!(last.headers()["authorization"], "Bearer t2");
}

#[tokio::test(start_paused = true)]
async fn a_storm_waits_for_a_slow_token_request() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(20)).await;
        token(number, 100)
    });
    let start = Instant::now();

    let outcomes = calls(&server.client(), STORM).await;

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 1);
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_storm_shares_a_failure_that_is_then_forgotten() {
    let server = Server::new(async |number, _| match number {
        1..=3 => answer(503, "{}"),
        _ => token(number, 100),
    });
    let client = server.client();

    let outcomes = calls(&client, STORM).await;

    assert!(outcomes.iter().all(|outcome| {
        let error = outcome.as_ref().unwrap_err();
        error.is_authorization() && !error.is_token_refused() && !error.may_have_been_applied()
    }));
    assert_eq!(server.token_count(), 3, "one request and two more tries");
    let after = calls(&client, STORM).await;
    assert!(after.iter().all(Result::is_ok), "nothing is remembered");
    assert_eq!(server.token_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failure_on_the_way_is_tried_again() {
    let server = Server::new(async |number, _| match number {
        1 => answer(500, "{}"),
        2 => answer(429, "{}"),
        _ => token(number, 100),
    });

    call(&server.client()).await.unwrap();

    assert_eq!(server.token_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_storm_outlives_the_call_that_began_the_token_request() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(3)).await;
        token(number, 100)
    });
    let client = server.client();
    let begins = tokio::spawn({
        let client = client.clone();
        async move { call(&client).await }
    });
    sleep(Duration::from_secs(1)).await;
    let waits = tokio::spawn(async move { calls(&client, STORM).await });
    sleep(Duration::from_secs(1)).await;

    begins.abort();
    let outcomes = waits.await.unwrap();

    assert!(begins.await.unwrap_err().is_cancelled());
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_request_is_finished_though_nobody_waits() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(3)).await;
        token(number, 100)
    });
    let client = server.client();

    let cut = tokio::time::timeout(Duration::from_secs(1), call(&client)).await;
    sleep(Duration::from_secs(9)).await;
    let start = Instant::now();
    call(&client).await.unwrap();

    assert!(cut.is_err());
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(server.token_count(), 1);
}

/// Accepts each refresh token once, as servers do that rotate them.
fn rotating() -> Server {
    Server::new(async |number, form: String| {
        let expected = match number {
            1 => "grant_type=password&username=jane&password=password".to_owned(),
            _ => format!("grant_type=refresh_token&refresh_token=r{}", number - 1),
        };
        sleep(Duration::from_secs(1)).await;
        if form != expected {
            return answer(400, r#"{"error":"invalid_grant"}"#);
        }
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":"100","refresh_token":"r{number}"}}"#
        );
        answer(200, &body)
    })
}

#[tokio::test(start_paused = true)]
async fn storms_use_each_refresh_token_once() {
    let server = rotating();
    let client = server.builder(password_grant()).build().unwrap();

    for round in 1..=5 {
        let outcomes = calls(&client, STORM).await;

        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(server.token_count(), round);
        advance(Duration::from_secs(101)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_refresh_token_falls_back_on_the_password() {
    let server = Server::new(async |number, form: String| {
        if form.contains("grant_type=refresh_token") {
            return answer(400, r#"{"error":"invalid_grant"}"#);
        }
        let body =
            format!(r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r"}}"#);
        answer(200, &body)
    });
    let client = server.builder(password_grant()).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    assert_eq!(server.token_count(), 3, "password, refresh, password");
}

/// Breaks off when a refresh token is used, whatever came of that; `r1` is the first one.
fn breaking_off() -> Server {
    Server::new(async |number, form: String| {
        if form.ends_with("refresh_token=r1") {
            return answer(502, "{}");
        }
        let body = format!(
            r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r{number}"}}"#
        );
        answer(200, &body)
    })
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_of_unknown_fate_is_not_used_again_where_there_is_a_password() {
    let server = breaking_off();
    let client = server.builder(password_grant()).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    let forms: Vec<_> = server.tokens().iter().map(|token| token.body().clone()).collect();
    let password = "grant_type=password&username=jane&password=password";
    assert_eq!(forms, [password, "grant_type=refresh_token&refresh_token=r1", password]);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_of_unknown_fate_is_used_once_a_call_where_there_is_nothing_else() {
    let server = breaking_off();
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(grant).build().unwrap();

    for number in 1..=2 {
        let error = call(&client).await.unwrap_err();

        assert!(error.is_authorization() && !error.is_token_refused());
        assert_eq!(server.token_count(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_was_not_taken_stays_good() {
    let server = Server::new(async |number, form: String| {
        if form.contains("grant_type=refresh_token") && number < 5 {
            return answer(429, "{}");
        }
        answer(200, r#"{"access_token":"t","expires_in":100,"refresh_token":"r1"}"#)
    });
    let client = server.builder(password_grant()).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    assert!(call(&client).await.unwrap_err().is_authorization());
    call(&client).await.unwrap();

    let forms: Vec<_> = server.tokens().iter().map(|token| token.body().clone()).collect();
    let refresh = "grant_type=refresh_token&refresh_token=r1";
    assert_eq!(forms[1..], [refresh; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_signs_in_as_itself_takes_no_refresh_token() {
    let server = Server::new(async |number, _| {
        let body =
            format!(r#"{{"access_token":"t{number}","expires_in":100,"refresh_token":"r"}}"#);
        answer(200, &body)
    });
    let client = server.client();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;
    call(&client).await.unwrap();

    assert_eq!(server.tokens()[1].body(), "grant_type=client_credentials");
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_token_is_not_asked_with_again_where_there_is_nothing_else() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 100),
        _ => answer(400, r#"{"error":"invalid_grant"}"#),
    });
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");
    let client = server.builder(grant).build().unwrap();

    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    assert!(call(&client).await.unwrap_err().is_token_refused());
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_goes_along_to_where_the_endpoint_moves() {
    let server = rotating();
    let client = server.builder(password_grant()).build().unwrap();
    call(&client).await.unwrap();
    advance(Duration::from_secs(101)).await;

    server.move_endpoint("/openid/v2/token");
    call(&client).await.unwrap();

    let last = server.tokens().pop().unwrap();
    assert_eq!(last.uri().path(), "/openid/v2/token");
    assert_eq!(last.body(), "grant_type=refresh_token&refresh_token=r1");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_that_was_not_taken_is_sent_again() {
    let server = Server::new(async |number, _| match number {
        1 => answer(429, "{}"),
        _ => token(number, 100),
    });
    let grant = OidcGrant::refresh_token(OidcClient::new("id", "secret"), "r1");

    call(&server.builder(grant).build().unwrap()).await.unwrap();

    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_its_deadline() {
    let server = Server::new(async |_, _| std::future::pending().await);
    let client = server.builder(grant()).timeout(Duration::from_secs(7)).build().unwrap();
    let start = Instant::now();

    let error = call(&client).await.unwrap_err();

    assert!(error.is_timeout());
    assert!(!error.may_have_been_applied());
    assert_eq!(start.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let server = Server::new(async |_, _| {
        let mut answer = answer(503, r#"{"errorMessage":"Later."}"#);
        answer.headers_mut().insert("retry-after", 9.into());
        answer
    });
    let client = server.builder(grant()).timeout(Duration::from_secs(7)).build().unwrap();
    let start = Instant::now();

    let error = call(&client).await.unwrap_err();

    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(
        error.to_string(),
        "call: no access token: the server answered 503 Service Unavailable: Later."
    );
}
