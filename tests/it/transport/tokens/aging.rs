//! Refreshes of tokens before they expire.

use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::server::{Server, call, calls, response, token};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn an_aging_token_is_replaced_while_calls_go_on() {
    let server = Server::new(async |number, _| {
        if number > 1 {
            sleep(seconds(30)).await;
        }
        token(number, 1000)
    });
    let client = server.client();
    call(&client).await.unwrap();
    advance(seconds(910)).await;
    let start = Instant::now();

    let during = calls(&client, 1000).await;

    assert!(during.iter().all(Result::is_ok));
    assert_eq!(start.elapsed(), Duration::ZERO, "a call waited for the refresh");
    assert_eq!(server.calls().pop().unwrap().headers()["authorization"], "Bearer t1");
    sleep(seconds(31)).await;
    call(&client).await.unwrap();
    assert_eq!(server.calls().pop().unwrap().headers()["authorization"], "Bearer t2");
    assert_eq!(server.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_keeps_a_valid_token() {
    let server = Server::new(async |number, _| match number {
        1 => token(1, 1000),
        _ => response(400, r#"{"error":"invalid_client"}"#),
    });
    let client = server.client();
    call(&client).await.unwrap();

    // The advisory window: one token request, then a pause.
    advance(seconds(910)).await;
    for _ in 0..100 {
        call(&client).await.unwrap();
    }
    sleep(seconds(1)).await;
    assert_eq!(server.token_count(), 2);
    sleep(seconds(4)).await;
    call(&client).await.unwrap();
    sleep(seconds(1)).await;
    assert_eq!(server.token_count(), 3);

    // The mandatory window: calls wait for the refresh and use the old token if it fails.
    advance(seconds(80)).await;
    call(&client).await.unwrap();
    assert_eq!(server.token_count(), 4);
    call(&client).await.unwrap();
    assert_eq!(
        server.token_count(),
        4,
        "the token was requested again immediately after the refusal"
    );

    advance(seconds(4)).await;
    assert!(call(&client).await.unwrap_err().is_token_refused());
}

#[tokio::test(start_paused = true)]
async fn all_calls_wait_in_the_mandatory_window() {
    let server = Server::new(async |number, _| {
        sleep(seconds(2)).await;
        token(number, 1000)
    });
    let client = server.client();
    call(&client).await.unwrap();
    advance(seconds(996)).await;

    let outcomes = calls(&client, 1000).await;

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
    assert!(server.calls()[1..].iter().all(|call| call.headers()["authorization"] == "Bearer t2"));
}

#[tokio::test(start_paused = true)]
async fn an_odd_lifetime_never_loops() {
    for (lifetime, calls_apart, expected) in [
        (r#","expires_in":0"#, Duration::ZERO, 1),
        (r#","expires_in":-3600"#, Duration::ZERO, 1),
        (r#","expires_in":"0""#, Duration::ZERO, 1),
        (r#","expires_in":1"#, Duration::ZERO, 1),
        (r#","expires_in":1e300"#, seconds(3600), 1),
        (r#","expires_in":99999999999999999999"#, seconds(3600), 1),
        (r#","expires_in":"3600""#, seconds(30), 1),
        ("", seconds(86_400), 1),
        (r#","expires_in":null"#, seconds(86_400), 1),
        (r#","expires_in":"soon""#, seconds(86_400), 1),
        // A lifetime of one minute: the token is refreshed after half of it, not at each call.
        (r#","expires_in":60"#, seconds(1), 4),
        (r#","expires_in":0"#, seconds(1), 17),
    ] {
        let server = Server::new(move |_, _| async move {
            response(200, &format!(r#"{{"access_token":"t"{lifetime}}}"#))
        });
        let client = server.client();

        for _ in 0..100 {
            call(&client).await.unwrap();
            advance(calls_apart).await;
        }

        assert_eq!(server.token_count(), expected, "{lifetime}");
    }
}
