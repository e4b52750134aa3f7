//! Access tokens that the API rejects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::Response;
use tokio::time::{Instant, sleep};
use trivore::transport::{AccessToken, Body, Call, TokenSource};
use trivore::{Credentials, Error};

use super::server::{Server, call, calls, grant, response, token};

/// Returns a rule that accepts `Bearer t{number}` only.
fn only(number: usize) -> impl Fn(&str) -> Response<String> + Send + Sync {
    move |signature| {
        let valid = signature == format!("Bearer t{number}");
        if valid { response(200, "null") } else { response(401, "{}") }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_call_is_sent_once_more_with_a_new_token() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(only(2));

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
    server.respond_with(|_| response(401, r#"{"errorMessage":"No."}"#));

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
        server.respond_with(|_| response(401, "{}"));
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
async fn an_operation_that_is_always_rejected_asks_for_a_token_every_five_seconds() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|_| response(401, "{}"));
    let client = server.client();
    let start = Instant::now();

    while start.elapsed() < Duration::from_secs(120) {
        assert!(call(&client).await.unwrap_err().is_unauthorized());
        sleep(Duration::from_millis(100)).await;
    }

    // After 1, 2 and 4 seconds, and then after 5 each time.
    assert_eq!(server.token_count(), 1 + 1 + 3 + (120 - 7) / 5);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_rejects_some_requests_asks_for_tokens_at_a_bounded_rate() {
    for status in [200, 404] {
        let server = Server::new(async |number, _| token(number, 3600));
        let number = AtomicU64::new(0);
        server.respond_with(move |signature| {
            // The second request of each call follows a rejection, and is rejected, too.
            let is_rejected = !number.fetch_add(1, Ordering::SeqCst).is_multiple_of(3);
            assert!(signature.starts_with("Bearer t"));
            response(if is_rejected { 401 } else { status }, "null")
        });
        let client = server.client();
        let start = Instant::now();

        while start.elapsed() < Duration::from_secs(60) {
            drop(call(&client).await);
            sleep(Duration::from_millis(100)).await;
        }

        assert!(server.token_count() <= 1 + 5 + 60 / 5, "{}", server.token_count());
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_is_always_rejected_hurts_no_other() {
    let path = |name: &str| format!("/prefix/{name}");
    for refreshes in ["work", "fail", "hang"] {
        let server = Server::new(move |number, _| async move {
            match (number, refreshes) {
                (1, _) | (_, "work") => token(number, 3600),
                (_, "fail") => response(503, "{}"),
                _ => std::future::pending().await,
            }
        });
        let rejected = path("rejected");
        server.respond_to_requests(move |request| {
            let status = if request.uri().path() == rejected { 401 } else { 200 };
            response(status, "null")
        });
        let client = server.builder(grant()).no_attempt_timeout().build().unwrap();
        call(&client).await.unwrap();
        let always_rejected = tokio::spawn({
            let client = client.clone();
            async move {
                for _ in 0..600 {
                    let sent = client.execute(Call::get(&["rejected"]));
                    let outcome = tokio::time::timeout(Duration::from_secs(1), sent).await;
                    assert!(outcome.is_err() || outcome.unwrap().is_err());
                    sleep(Duration::from_millis(100)).await;
                }
            }
        });

        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            let begun = Instant::now();
            call(&client).await.unwrap();
            assert_eq!(begun.elapsed(), Duration::ZERO, "{refreshes}");
            sleep(Duration::from_millis(10)).await;
        }

        let others = server.calls().into_iter().filter(|call| call.uri().path() == path("x"));
        assert_eq!(others.count(), 6001, "each was sent once");
        assert!(server.token_count() <= 45, "{refreshes}: {}", server.token_count());
        always_rejected.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn operations_with_any_number_of_paths_ask_for_few_tokens() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|_| response(401, "{}"));
    let client = server.client();

    for number in 0..1000 {
        let path = number.to_string();
        assert!(client.execute(Call::get(&["x", &path])).await.is_err());
    }

    assert_eq!(server.token_count(), 5);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_expire_twice_in_a_row_cost_one_call() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    call(&client).await.unwrap();
    server.respond_with(only(3));

    assert!(call(&client).await.unwrap_err().is_unauthorized());
    for outcome in calls(&client, 224).await {
        outcome.unwrap();
    }

    assert_eq!(server.token_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_expire_twice_before_the_first_call_cost_a_second() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    server.respond_with(only(3));

    assert!(call(&client).await.unwrap_err().is_unauthorized());
    sleep(Duration::from_secs(1)).await;
    for outcome in calls(&client, 224).await {
        outcome.unwrap();
    }

    assert_eq!(server.token_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn another_operation_replaces_a_token_that_was_rejected_twice() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    server.respond_with(only(3));
    assert!(call(&client).await.unwrap_err().is_unauthorized());

    client.execute(Call::get(&["y"])).await.unwrap();
    call(&client).await.unwrap();

    assert_eq!(server.token_count(), 3);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_expire_all_the_time_are_replaced_at_a_bounded_rate() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    call(&client).await.unwrap();
    server.respond_with(|_| response(401, "{}"));
    for _ in 0..10 {
        for outcome in calls(&client, 100).await {
            assert!(outcome.unwrap_err().is_unauthorized());
        }
    }
    assert_eq!(server.token_count(), 3);

    // As soon as the server accepts tokens again, the next one that is due serves.
    server.respond_with(|signature| {
        response(if signature == "Bearer t4" { 200 } else { 401 }, "null")
    });
    sleep(Duration::from_secs(1)).await;
    call(&client).await.unwrap();
    assert_eq!(server.token_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_rejected_later_is_replaced_though_another_was_in_vain() {
    let server = Server::new(async |number, _| token(number, 3600));
    let client = server.client();
    server.respond_with(|_| response(401, "{}"));
    call(&client).await.unwrap_err();
    sleep(Duration::from_secs(5)).await;

    server.respond_with(only(3));
    call(&client).await.unwrap();
    server.respond_with(only(4));
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
    server.respond_with(only(2));

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
    let slow = tower::util::MapFutureLayer::new(move |result: BoxFuture<'static, _>| {
        let delay = if numbers.fetch_add(1, Ordering::SeqCst) == 2 { 5 } else { 0 };
        async move {
            let result: Result<Response<Body>, Error> = result.await;
            sleep(Duration::from_secs(delay)).await;
            result
        }
    });
    let client = server.builder(grant()).transport_layer(slow).build().unwrap();
    server.respond_with(only(2));
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
        server.respond_with(move |_| {
            let mut response = response(status, "{}");
            if let Some(challenge) = challenge {
                response.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
            }
            response
        });

        let error = call(&server.client()).await.unwrap_err();

        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!((server.calls().len(), server.token_count()), (1, 1), "{challenge:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_token_is_replaced_whatever_the_challenge_says_besides() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|signature| {
        if signature == "Bearer t2" {
            return response(200, "null");
        }
        let mut response = response(401, "{}");
        let challenge = r#"Bearer error="invalid_token", error_description="expired""#;
        response.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
        response
    });

    call(&server.client()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_fixed_signature_that_is_rejected_is_final() {
    for credentials in [Credentials::basic("id", "secret"), Credentials::bearer("t1")] {
        let server = Server::new(async |number, _| token(number, 3600));
        server.respond_with(|_| response(401, "{}"));
        let client = server.builder(grant()).credentials(credentials).build().unwrap();

        let error = call(&client).await.unwrap_err();

        assert!(error.is_unauthorized());
        assert_eq!((server.calls().len(), server.token_count()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_token_again_is_not_sent_again() {
    let server = Server::new(async |_, _| response(500, "{}"));
    server.respond_with(|_| response(401, "{}"));
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
    server.respond_with(only(2));
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
        _ => response(400, r#"{"error":"invalid_grant"}"#),
    });
    server.respond_with(only(2));
    let client = server.client();

    let first = call(&client).await.unwrap_err();
    let second = call(&client).await.unwrap_err();

    assert!(first.is_token_refused() && second.is_token_refused());
    assert_eq!((server.calls().len(), server.token_count()), (1, 2));
}
