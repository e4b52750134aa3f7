//! The pause of calls after a 429, with tokio's paused clock.

use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use tokio::time::sleep;
use tower::util::MapFutureLayer;
use trivore::transport::{
    Body, Call, CallOptions, RateLimit, RateLimitHeaders, RateLimitHint, RateLimitScope,
    RetryPolicy,
};

use super::server::{Server, ms};
use crate::defects::Log;

#[tokio::test(start_paused = true)]
async fn a_refusal_stops_all_clones_and_they_come_back_one_by_one() {
    for (status, headers, wait) in [
        (429, &[("retry-after", "3")][..], 3_000),
        (503, &[("retry-after", "2")], 2_000),
        (429, &[], 1_000),
        (429, &[("ratelimit", "limit=9, remaining=0, reset=4")], 4_000),
        (429, &[("retry-after", "1.5")], 1_500),
        (429, &[("retry-after", "3"), ("retry-after", "7"), ("retry-after", "5")], 7_000),
        (429, &[("x-ratelimit-reset", "6")], 6_000),
        (429, &[("retry-after", "1.5"), ("ratelimit-reset", "8")], 8_000),
        (200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "5")], 5_000),
        (503, &[], 0),
        (200, &[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "5")], 0),
        (200, &[("x-ratelimit-reset", "5")], 0),
        (200, &[("retry-after", "5")], 0),
    ] {
        for scope in [RateLimitScope::Subject, RateLimitScope::Operation, RateLimitScope::Client] {
            let server = Server::new();
            let limiter = RateLimit::new().scope(scope).build().unwrap();
            let (client, other) = (server.client(&limiter), server.client(&limiter));
            server.respond(status, headers);

            let first = client.execute(Call::get(&["x"])).await;
            let pause = limiter.paused_for();
            let clones = (0..8).map(|number| {
                let client = if number % 2 == 0 { client.clone() } else { other.clone() };
                async move { client.execute(Call::get(&["x"])).await }
            });
            join_all(clones).await;

            assert_eq!(first.is_ok(), status == 200);
            let is_paused = wait > 0 && scope == RateLimitScope::Client;
            assert_eq!(
                pause,
                is_paused.then_some(ms(wait)),
                "a narrow cooldown is not the client's"
            );
            let arrivals = server.arrivals();
            assert_eq!(arrivals[1], ms(wait), "{status} {headers:?}");
            if wait > 0 {
                assert_eq!(arrivals[2], ms(wait + 50));
                for pair in arrivals[1..].windows(2) {
                    let gap = pair[1].saturating_sub(pair[0]);
                    assert!(gap > ms(30) && gap <= ms(50), "{gap:?}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_later_refusal_closes_the_gate_for_longer() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().per_second(100.0).build().unwrap());
    server.respond(429, &[("retry-after", "1")]);
    server.respond(429, &[("retry-after", "2")]);

    let calls = join_all((0..4).map(|_| client.execute(Call::get(&["x"])))).await;

    assert_eq!(calls.iter().filter(|call| call.is_err()).count(), 2);
    assert_eq!(server.milliseconds(), [0, 1_010, 3_020, 3_030]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_does_not_wait_twice() {
    let server = Server::new();
    let retry = RetryPolicy::backoff().base_delay(Duration::ZERO);
    let client = server.builder().retry(retry).build().unwrap();
    server.respond(429, &[("retry-after", "7")]);

    client.execute(Call::post(&["x"])).await.unwrap();

    assert_eq!(server.milliseconds(), [0, 7_000]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_until_the_latest_of_the_times_without_a_cooldown_too() {
    for (headers, wait) in [
        (&[("retry-after", "1.5")][..], 1_500),
        (&[("retry-after", "3"), ("retry-after", "7")], 7_000),
        (&[("ratelimit-reset", "6")], 6_000),
        (&[("retry-after", "1"), ("x-ratelimit-reset", "2")], 2_000),
    ] {
        let server = Server::new();
        let retry = RetryPolicy::backoff().base_delay(Duration::ZERO);
        let limiter = RateLimit::new().without_cooldown().build().unwrap();
        let client = server.builder().retry(retry).rate_limiter(limiter).build().unwrap();
        server.respond(429, headers);
        client.execute(Call::post(&["x"])).await.unwrap();
        assert_eq!(server.milliseconds(), [0, wait], "{headers:?}");

        let hasty = client.with(CallOptions::new().timeout(ms(1_000)));
        server.respond(429, headers);
        let error = hasty.execute(Call::post(&["x"])).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(ms(u64::try_from(wait).unwrap())), "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_closes_for_too_long_fails_those_who_wait() {
    let server = Server::new();
    let limiter = RateLimit::new().per_second(10.0).build().unwrap();
    let client = server.client(&limiter);
    server.respond(200, &[]);
    server.respond(429, &[("retry-after", "60")]);
    let client = client.with(CallOptions::new().timeout(Duration::from_secs(5)));

    let mut results = join_all((0..3).map(|_| client.execute(Call::post(&["x"])))).await;

    let error = results.pop().unwrap().unwrap_err();
    assert!(error.is_rate_limited() && !error.may_have_been_applied());
    assert_eq!(error.retry_after(), Some(ms(60_000)));
    assert_eq!(server.began.elapsed(), ms(200), "the call did not fail when its turn came");
    assert_eq!(limiter.paused_for(), None);
    let next = client.execute(Call::post(&["x"])).await.unwrap_err();
    assert_eq!(next.retry_after(), Some(ms(60_000)));
}

#[tokio::test(start_paused = true)]
async fn custom_headers_are_read() {
    struct Gateway;
    impl RateLimitHeaders for Gateway {
        fn read(&self, _: http::StatusCode, headers: &http::HeaderMap) -> RateLimitHint {
            let used_up = headers.contains_key("x-used-up");
            let remaining = if used_up { Some(0) } else { None };
            RateLimitHint { remaining, reset: Some(ms(1_234)), ..RateLimitHint::default() }
        }
    }
    let server = Server::new();
    let limiter = RateLimit::new().headers(Gateway).spacing(Duration::ZERO).build().unwrap();
    let client = server.client(&limiter);
    server.respond(200, &[("x-used-up", "")]);

    client.execute(Call::get(&["x"])).await.unwrap();
    join_all((0..3).map(|_| client.execute(Call::get(&["x"])))).await;

    assert_eq!(server.milliseconds(), [0, 1_234, 1_234, 1_234]);
}

#[tokio::test(start_paused = true)]
async fn the_gate_can_be_taken_away() {
    let server = Server::new();
    let client = server.client(&RateLimit::new().without_cooldown().build().unwrap());
    server.respond(429, &[("retry-after", "9")]);

    client.execute(Call::get(&["x"])).await.unwrap_err();
    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(server.milliseconds(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn the_gates_closing_is_logged_once() {
    let log = Log::default();
    let guard = log.capture();
    let server = Server::new();
    // Responses are slow, so that both requests are sent before the first response.
    let slow = MapFutureLayer::new(|result: BoxFuture<'static, trivore::Result<_>>| async {
        let result: trivore::Result<http::Response<Body>> = result.await;
        sleep(ms(5)).await;
        result
    });
    let limiter = RateLimit::new().per_second(1000.0).burst(2).build().unwrap();
    let client = server.builder().rate_limiter(limiter).transport_layer(slow).build().unwrap();
    let call = || client.execute(Call::get(&["x"]));

    call().await.unwrap();
    let is_logged = |times| log.text().matches("requests in scope pause").count() == times;
    assert!(is_logged(0), "{}", log.text());
    server.respond(429, &[]);
    server.respond(429, &[]);
    join_all([call(), call()]).await;
    drop(guard);

    assert!(is_logged(1), "{}", log.text());
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_limits_attempts_does_not_limit_the_wait() {
    let server = Server::new();
    let limit = tower::timeout::TimeoutLayer::new(Duration::from_secs(5));
    let builder = server.builder().rate_limit(RateLimit::new()).attempt_layer(limit);
    let client = builder.build().unwrap();
    server.respond(429, &[("retry-after", "10")]);

    client.execute(Call::get(&["x"])).await.unwrap_err();
    client.execute(Call::get(&["x"])).await.unwrap();

    assert_eq!(server.milliseconds(), [0, 10_000]);
}
