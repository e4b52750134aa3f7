//! Token requests on runtimes that are dropped or idle.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use trivore::transport::Client;

use super::server::{Server, call, calls, token};

/// Returns a server that never responds to the first token request.
fn first_one_hangs() -> Server {
    Server::new(async |number, _| match number {
        1 => std::future::pending().await,
        _ => token(number, 100),
    })
}

/// Makes a call that is dropped after a second; returns whether it was dropped.
async fn given_up(client: &Client) -> bool {
    timeout(Duration::from_secs(1), call(client)).await.is_err()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[test]
fn those_who_wait_take_over_when_the_runtime_is_dropped() {
    let server = first_one_hangs();
    let client = server.client();
    let (first, second) = (runtime(), runtime());
    let is_given_up = first.block_on(given_up(&client));
    assert!(is_given_up);

    let outcomes = second.block_on(async {
        let waiting = tokio::spawn({
            let client = client.clone();
            async move { calls(&client, 1000).await }
        });
        // All calls wait for the first runtime's token request.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.token_count(), 1);
        first.shutdown_background();
        // Only the end of that runtime can wake them, because the clock is paused.
        tokio::task::yield_now().await;
        waiting.await.unwrap()
    });

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
}

#[test]
fn those_who_come_later_begin_anew_when_the_runtime_is_gone() {
    let server = first_one_hangs();
    let client = server.client();
    let first = runtime();
    let is_given_up = first.block_on(given_up(&client));
    assert!(is_given_up);
    drop(first);

    runtime().block_on(call(&client)).unwrap();

    assert_eq!(server.token_count(), 2);
}

#[test]
fn those_who_wait_take_over_when_nobody_drives_the_runtime() {
    let server = first_one_hangs();
    let client = server.client();
    let resting = runtime();
    let is_given_up = resting.block_on(given_up(&client));
    assert!(is_given_up);

    let (outcomes, waited) = runtime().block_on(async {
        let start = tokio::time::Instant::now();
        (calls(&client, 1000).await, start.elapsed())
    });

    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(server.token_count(), 2);
    assert_eq!(waited, Duration::from_secs(5));
}

#[test]
fn an_aging_token_is_replaced_though_the_first_try_is_lost() {
    let server = Server::new(async |number, _| match number {
        2 => std::future::pending().await,
        _ => token(number, 1000),
    });
    let client = server.client();
    let (lasting, lost) = (runtime(), runtime());
    lasting.block_on(call(&client)).unwrap();
    // Each runtime has its own paused clock.
    let late = async || {
        tokio::time::advance(Duration::from_secs(910)).await;
        call(&client).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    lost.block_on(late());
    assert_eq!(server.token_count(), 2);
    drop(lost);

    lasting.block_on(late());

    assert_eq!(server.token_count(), 3);
}

#[test]
fn a_call_without_a_runtime_is_an_error() {
    let client = Server::new(async |number, _| token(number, 100));
    let client =
        client.builder(super::server::grant()).no_timeout().no_attempt_timeout().build().unwrap();

    let error = futures_util::FutureExt::now_or_never(call(&client)).unwrap().unwrap_err();

    assert!(error.is_configuration(), "{error}");
}
