//! Access tokens that the API rejects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Response;
use tokio::time::{Instant, sleep};
use trivore::transport::{AccessToken, Body, Call, TokenSource};
use trivore::{Credentials, Error};

use super::server::{Server, answer, call, calls, grant, token};

/// Returns a rule that accepts `Bearer t{number}` only.
fn only(number: usize) -> impl Fn(&str) -> Response<String> + Send + Sync {
    move |signature| {
        let valid = signature == format!("Bearer t{number}");
        if valid { answer(200, "null") } else { answer(401, "{}") }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_call_is_sent_once_more_with_a_new_token() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.answer(only(2));

    // A write without a known safety.
    let sent: trivore::Result<()> = server.client().send(Call::post(&["x"]).json(&[1])).await;

    sent.unwrap();
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].headers()["authorization"], "Bearer t1");
    assert_eq!(calls[1].headers()["authorization"], "Bearer t2");
    assert!(calls.iter().all(|call| call.body() == "[1]" && call.method() == "POST"));
    assert_eq!(calls[0].headers()["x-request-id"], calls[1].headers()["x-request-id"]);
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_repeated_once_only() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.answer(|_| answer(401, r#"{"errorMessage":"No."}"#));

    let error = server.client().execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_unauthorized() && !error.is_authorization());
    assert!(!error.may_have_been_applied());
    assert_eq!(server.calls().len(), 2);
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_always_rejected_does_not_ask_for_a_token_each_time() {
    let only_one = TokenSource::new(async || Ok(AccessToken::new("t1")));
    for (source, sent) in [(grant().into(), 2), (only_one, 1)] {
        let server = Server::new(async |number, _| token(number, 3600));
        server.answer(|_| answer(401, "{}"));
        let client = server.builder(source).build().unwrap();

        for round in 1..=3 {
            for number in 1..=50 {
                assert!(call(&client).await.unwrap_err().is_unauthorized());
                let expected = (round - 1) * (49 + sent) + (number - 1) + sent;
                assert_eq!(server.calls().len(), expected, "round {round}, call {number}");
            }
            sleep(Duration::from_secs(5)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_rejected_later_is_replaced_though_another_was_in_vain() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    server.answer(|_| answer(401, "{}"));
    call(&client).await.unwrap_err();
    sleep(Duration::from_secs(5)).await;

    server.answer(only(3));
    call(&client).await.unwrap();
    server.answer(only(4));
    call(&client).await.unwrap();

    assert_eq!(server.token_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_rejections_makes_one_token_request() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(1)).await;
        token(number, 3600)
    });
    let client = server.client();
    call(&client).await.unwrap();
    server.answer(only(2));

    let outcomes = calls(&client, 1000).await;

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
    assert_eq!(server.calls().len(), 2001);
}

#[tokio::test(start_paused = true)]
async fn a_late_rejection_of_an_old_token_takes_the_newer_one() {
    let server = Server::new(async |number, _| token(number, 3600));
    // The response to the first call arrives after the second call has completed. It is the third
    // response, after the discovery document and a token.
    let numbers = Arc::new(AtomicU64::new(0));
    let slow = tower::util::MapFutureLayer::new(move |answer: BoxFuture<'static, _>| {
        let delay = if numbers.fetch_add(1, Ordering::SeqCst) == 2 { 5 } else { 0 };
        async move {
            let answer: Result<Response<Body>, Error> = answer.await;
            sleep(Duration::from_secs(delay)).await;
            answer
        }
    });
    let client = server.builder(grant()).transport_layer(slow).build().unwrap();
    server.answer(only(2));
    let first = tokio::spawn({
        let client = client.clone();
        async move { call(&client).await }
    });
    sleep(Duration::from_secs(1)).await;
    let second = call(&client).await;

    assert!(second.is_ok() && first.await.unwrap().is_ok());
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_another_token_cannot_mend_is_final() {
    for (status, challenge) in [
        (403, None),
        (403, Some(r#"Bearer error="insufficient_scope""#)),
        (401, Some(r#"Bearer realm="x", error="insufficient_scope", scope="users""#)),
        (401, Some("Bearer error=insufficient_scope")),
    ] {
        let server = Server::new(async |number, _| token(number, 3600));
        server.answer(move |_| {
            let mut answer = answer(status, "{}");
            if let Some(challenge) = challenge {
                answer.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
            }
            answer
        });

        let error = call(&server.client()).await.unwrap_err();

        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!((server.calls().len(), server.token_count()), (1, 1), "{challenge:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_token_is_replaced_whatever_the_challenge_says_besides() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.answer(|signature| {
        if signature == "Bearer t2" {
            return answer(200, "null");
        }
        let mut answer = answer(401, "{}");
        let challenge = r#"Bearer error="invalid_token", error_description="expired""#;
        answer.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
        answer
    });

    call(&server.client()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_fixed_signature_that_is_rejected_is_final() {
    for credentials in [Credentials::basic("id", "secret"), Credentials::bearer("t1")] {
        let server = Server::new(async |number, _| token(number, 3600));
        server.answer(|_| answer(401, "{}"));
        let client = server.builder(grant()).credentials(credentials).build().unwrap();

        let error = call(&client).await.unwrap_err();

        assert!(error.is_unauthorized());
        assert_eq!((server.calls().len(), server.token_count()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_token_again_is_not_sent_again() {
    let server = Server::new(async |_, _| answer(500, "{}"));
    server.answer(|_| answer(401, "{}"));
    let source = TokenSource::new(async || Ok(AccessToken::new("only")));

    let error = call(&server.builder(source).build().unwrap()).await.unwrap_err();

    assert!(error.is_unauthorized());
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_after_a_rejection_leaves_nothing_open() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 3600),
        _ => std::future::pending().await,
    });
    server.answer(only(2));
    let client = server.builder(grant()).timeout(Duration::from_secs(7)).build().unwrap();
    let start = Instant::now();

    let error = client.execute(Call::post(&["x"])).await.unwrap_err();

    assert!(error.is_timeout());
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    assert!(!error.may_have_been_applied(), "the server rejected the request");
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_does_not_come_back_when_the_next_is_refused() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 3600),
        _ => answer(400, r#"{"error":"invalid_grant"}"#),
    });
    server.answer(only(2));
    let client = server.client();

    let first = call(&client).await.unwrap_err();
    let second = call(&client).await.unwrap_err();

    assert!(first.is_token_refused() && second.is_token_refused());
    assert_eq!((server.calls().len(), server.token_count()), (1, 2));
}
