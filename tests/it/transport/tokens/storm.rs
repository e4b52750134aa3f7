//! A thousand concurrent calls with an expired token.

use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::server::{Server, call, calls, grant, response, token};

pub(crate) const STORM: usize = 1000;

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
        1..=3 => response(503, "{}"),
        _ => token(number, 100),
    });
    let client = server.client();

    let outcomes = calls(&client, STORM).await;

    assert!(outcomes.iter().all(|outcome| {
        let error = outcome.as_ref().unwrap_err();
        error.is_authorization() && !error.is_token_refused() && !error.may_have_been_applied()
    }));
    assert_eq!(server.token_count(), 3, "one request and two retries");
    let after = calls(&client, STORM).await;
    assert!(after.iter().all(Result::is_ok), "the failure was remembered");
    assert_eq!(server.token_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failure_on_the_way_is_tried_again() {
    let server = Server::new(async |number, _| match number {
        1 => response(500, "{}"),
        2 => response(429, "{}"),
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
        let mut response = response(503, r#"{"errorMessage":"Later."}"#);
        response.headers_mut().insert("retry-after", 9.into());
        response
    });
    let client = server.builder(grant()).timeout(Duration::from_secs(7)).build().unwrap();
    let start = Instant::now();

    let error = call(&client).await.unwrap_err();

    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    assert_eq!(
        error.to_string(),
        "call: could not get an access token: \
         the server responded with 503 Service Unavailable: Later."
    );
}
