//! Tokens combined with the rate limit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Response;
use tokio::time::{Instant, sleep};
use trivore::transport::{RateLimit, RateLimiter, RetryPolicy};

use super::server::{Server, call, calls, grant, response, token};

/// Records when calls arrive, in milliseconds, and responds to them with a rule.
fn note(
    server: &Server,
    rule: impl Fn(&str) -> Response<String> + Send + Sync + 'static,
) -> Arc<Mutex<Vec<u128>>> {
    let (arrivals, start) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
    let noted = Arc::clone(&arrivals);
    server.respond_with(move |signature| {
        noted.lock().unwrap().push(start.elapsed().as_millis());
        rule(signature)
    });
    arrivals
}

#[tokio::test(start_paused = true)]
async fn calls_that_waited_for_a_token_leave_at_the_steady_rate() {
    let server = Server::new(async |number, _| {
        sleep(Duration::from_secs(3)).await;
        token(number, 3600)
    });
    let arrivals = note(&server, |_| response(200, "null"));
    let limiter = RateLimit::new().per_second(10.0).build().unwrap();
    let client = server.builder(grant()).rate_limiter(limiter).build().unwrap();

    let outcomes = calls(&client, 20).await;

    assert!(outcomes.iter().all(Result::is_ok));
    let expected: Vec<_> = (0..20).map(|number| 3000 + 100 * number).collect();
    assert_eq!(*arrivals.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn the_repetition_after_a_rejected_token_waits_for_its_turn() {
    let server = Server::new(async |number, _| token(number, 3600));
    let arrivals = note(&server, |signature| {
        if signature == "Bearer t1" { response(401, "{}") } else { response(200, "null") }
    });
    let limiter = RateLimit::new().per_second(10.0).build().unwrap();
    let client = server.builder(grant()).rate_limiter(limiter).build().unwrap();

    call(&client).await.unwrap();
    call(&client).await.unwrap();

    assert_eq!(*arrivals.lock().unwrap(), [0, 100, 200]);
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_behind_a_closed_gate() {
    let server = Server::new(async |number, _| match number {
        1 => token(number, 10),
        // A 429 from the token endpoint does not pause calls of the API.
        2 => response(429, "{}"),
        _ => token(number, 3600),
    });
    let arrivals = note(&server, |signature| match signature {
        "Bearer t1" => {
            let mut refusal = response(429, "{}");
            refusal.headers_mut().insert("retry-after", 20.into());
            refusal
        }
        _ => response(200, "null"),
    });
    let limiter = RateLimiter::default();
    let builder = server.builder(grant()).rate_limiter(limiter.clone());
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    let start = Instant::now();
    assert!(call(&client).await.unwrap_err().is_rate_limited());
    sleep(Duration::from_secs(11)).await;

    call(&client).await.unwrap();

    assert_eq!(server.token_count(), 3);
    assert_eq!(
        start.elapsed(),
        Duration::from_secs(20),
        "the pause did not end after `Retry-After`"
    );
    assert_eq!(*arrivals.lock().unwrap(), [0, 20_000]);
    assert_eq!(limiter.paused_for(), None);
}

/// Returns a 429 with a `Retry-After` of 20 seconds for the first token, and success for others.
fn refuses_first(signature: &str) -> Response<String> {
    if signature != "Bearer t1" {
        return response(200, "null");
    }
    let mut refusal = response(429, "{}");
    refusal.headers_mut().insert("retry-after", 20.into());
    refusal
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_while_its_call_waits_is_replaced_before_it_leaves() {
    let server = Server::new(async |number, _| token(number, if number == 1 { 15 } else { 3600 }));
    let arrivals = note(&server, refuses_first);
    let builder = server.builder(grant()).rate_limit(RateLimit::new());
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    assert!(call(&client).await.unwrap_err().is_rate_limited());

    // The token is valid for another 15 seconds, and calls pause for 20.
    call(&client).await.unwrap();

    // After its turn, it has to wait for the next one with another token.
    assert_eq!(*arrivals.lock().unwrap(), [0, 20_050]);
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_stands_when_there_is_no_time_for_another_turn() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|_| response(401, "{}"));
    let limiter = RateLimit::new().per_second(0.1).build().unwrap();
    let builder = server.builder(grant()).rate_limiter(limiter);
    let client = builder.timeout(Duration::from_secs(5)).build().unwrap();
    let start = Instant::now();

    let error = call(&client).await.unwrap_err();

    assert!(error.is_unauthorized(), "{error}");
    assert_eq!((server.calls().len(), start.elapsed()), (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn rejections_without_time_for_another_turn_ask_for_tokens_at_a_bounded_rate() {
    let server = Server::new(async |number, _| token(number, 3600));
    server.respond_with(|_| response(401, "{}"));
    let limiter = RateLimit::new().per_second(1.0).build().unwrap();
    let builder = server.builder(grant()).rate_limiter(limiter);
    let client = builder.timeout(Duration::from_millis(500)).build().unwrap();

    for _ in 0..60 {
        assert!(call(&client).await.unwrap_err().is_unauthorized());
        sleep(Duration::from_secs(1)).await;
    }

    assert_eq!(server.calls().len(), 60);
    assert!(server.token_count() <= 15, "{}", server.token_count());
}
