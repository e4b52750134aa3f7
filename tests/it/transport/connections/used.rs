//! Calls use as many connections as there are concurrent calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Barrier;
use tokio::task::JoinSet;
use trivore::Trivore;
use trivore::transport::RetryPolicy;
use trivore_tests::{RawServer, Reply, json};

/// Makes 1,000 calls, `concurrency` of them in flight, that all get the same response.
///
/// Returns the number of connections and the number of requests.
async fn connections(concurrency: usize, response: Vec<u8>, retry: RetryPolicy) -> (usize, usize) {
    let barrier = Arc::new(Barrier::new(concurrency));
    let server = RawServer::start(move |number, _| {
        // The first calls wait for each other, so that none of them finds an idle connection.
        if number < concurrency {
            Reply::Together(Arc::clone(&barrier), response.clone())
        } else {
            Reply::Raw(response.clone())
        }
    })
    .await;
    let trivore = Trivore::builder(&server.url())
        .configure(|client| client.retry(retry).no_retry_budget())
        .build()
        .unwrap();

    let begun = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let (trivore, begun) = (trivore.clone(), Arc::clone(&begun));
        tasks.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < CALLS {
                drop(trivore.users().get(&"a".into()).await);
            }
        });
    }
    tasks.join_all().await;
    (server.connections(), server.requests())
}

#[track_caller]
fn check(used: (usize, usize), concurrency: usize, requests: usize) {
    assert_eq!(
        used,
        (concurrency, requests),
        "connections and requests with {concurrency} in flight"
    );
}

/// Returns a response with a body of `size` bytes.
fn large(status: u16, size: usize) -> Vec<u8> {
    let words = "x".repeat(size - r#"{"errorMessage":""}"#.len());
    json(status, &format!(r#"{{"errorMessage":"{words}"}}"#))
}

#[tokio::test]
async fn calls_use_one_connection_each() {
    for concurrency in CONCURRENCY {
        let used = connections(concurrency, json(200, "{}"), RetryPolicy::off()).await;

        check(used, concurrency, CALLS);
    }
}

#[tokio::test]
async fn large_responses_use_no_more_connections() {
    for concurrency in CONCURRENCY {
        let used = connections(concurrency, large(200, 64 << 10), RetryPolicy::off()).await;

        check(used, concurrency, CALLS);
    }
}

#[tokio::test]
async fn large_refusals_use_no_more_connections() {
    for (status, size) in [(409, 64 << 10), (500, 256 << 10)] {
        for concurrency in CONCURRENCY {
            let used = connections(concurrency, large(status, size), RetryPolicy::off()).await;

            check(used, concurrency, CALLS);
        }
    }
}

#[tokio::test]
async fn retries_use_no_more_connections() {
    for concurrency in CONCURRENCY {
        let twice = RetryPolicy::backoff().max_attempts(2).base_delay(Duration::ZERO).into();

        let used = connections(concurrency, large(503, 64 << 10), twice).await;

        check(used, concurrency, 2 * CALLS);
    }
}

const CALLS: usize = 1000;
const CONCURRENCY: [usize; 3] = [1, 8, 64];
