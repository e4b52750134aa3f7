//! Streams that request several pages at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use tokio::time::Instant;
use tower::ServiceExt as _;
use trivore::Users;
use trivore::models::{PageRequest, UserId};
use trivore::transport::{Body, Next};
use trivore_tests::{ListServer, failing_page, list_id};

#[derive(Deserialize)]
struct Row {
    id: UserId,
}

/// What a slow server counts.
#[derive(Clone, Default)]
struct InFlight {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

/// One request in flight, until it is dropped.
struct Counted(InFlight);

impl Counted {
    fn new(in_flight: &InFlight) -> Self {
        let now = in_flight.now.fetch_add(1, Ordering::SeqCst) + 1;
        in_flight.most.fetch_max(now, Ordering::SeqCst);
        Self(in_flight.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Users at a server that takes 20 ms for a page; later pages of a group take less.
fn slow(server: &ListServer) -> (Users, InFlight) {
    let in_flight = InFlight::default();
    let counts = in_flight.clone();
    let layer = tower::layer::layer_fn(move |next: Next| {
        let counts = counts.clone();
        tower::service_fn(move |request: http::Request<Body>| {
            let (next, counted) = (next.clone(), Counted::new(&counts));
            async move {
                let behind = counted.0.now.load(Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(21 - u64::try_from(behind).unwrap()))
                    .await;
                next.oneshot(request).await
            }
        })
    });
    (server.users_with(|client| client.transport_layer(layer)), in_flight)
}

fn ids(users: u64) -> Vec<String> {
    (0..users).map(list_id).collect()
}

#[tokio::test(start_paused = true)]
async fn four_pages_at_a_time_take_a_fraction_of_the_time_and_come_in_order() {
    let server = ListServer::new(0..10_000);
    let mut times = Vec::new();
    for concurrency in [1, 4] {
        let (users, in_flight) = slow(&server);
        let started = Instant::now();

        let rows = users.items_as::<Row>(PageRequest::new().count(100)).concurrency(concurrency);
        let rows: Vec<Row> = rows.try_collect().await.unwrap();

        times.push(started.elapsed());
        let listed: Vec<_> = rows.into_iter().map(|row| row.id.to_string()).collect();
        assert_eq!(listed, ids(10_000));
        assert_eq!(in_flight.most.load(Ordering::SeqCst), concurrency);
    }
    assert!(times[0] >= 3 * times[1], "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn no_page_is_requested_twice_or_beyond_the_total() {
    for (users, count, concurrency) in
        [(10, 3, 4), (9, 3, 4), (1, 3, 4), (0, 3, 2), (100, 1, 7), (100, 100, 3), (10, 3, 0)]
    {
        let server = ListServer::new(0..users);
        let items = server.users().items_as::<Row>(PageRequest::new().count(count));

        let rows: Vec<Row> = items.concurrency(concurrency).try_collect().await.unwrap();

        assert_eq!(u64::try_from(rows.len()).unwrap(), users);
        let pages = users.div_ceil(u64::from(count)).max(1);
        assert_eq!(u64::try_from(server.asked().len()).unwrap(), pages, "{users} by {count}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_pages_are_held_than_allowed() {
    let server = ListServer::new(0..1_000);
    let (users, in_flight) = slow(&server);
    let mut pages = users.pages(PageRequest::new().count(10)).concurrency(3);

    for page in 1..=20 {
        pages.try_next().await.unwrap().unwrap();
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert!(server.asked().len() <= page + 3, "after page {page}");
        }
    }
    drop(pages);

    assert_eq!(in_flight.now.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn an_error_comes_after_the_pages_before_it() {
    let server = ListServer::new(0..100)
        .before_each_page(|asked, _| (asked.start == 50).then(|| failing_page(403)));
    let (users, in_flight) = slow(&server);
    let mut pages = users.pages(PageRequest::new().count(10)).concurrency(8);

    for _ in 0..5 {
        pages.try_next().await.unwrap().unwrap();
    }

    assert!(pages.next().await.unwrap().unwrap_err().is_forbidden());
    assert!(pages.next().await.is_none());
    assert_eq!(in_flight.now.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn pages_with_fewer_rows_than_requested_leave_nothing_out() {
    for at_most in [1, 3, 7, 10] {
        for concurrency in [1, 2, 5] {
            for has_total in [true, false] {
                let mut server = ListServer::new(0..100).at_most(at_most);
                if !has_total {
                    server = server.without_total();
                }
                let items = server.users().items_as::<Row>(PageRequest::new().count(8));

                let rows: Vec<Row> = items.concurrency(concurrency).try_collect().await.unwrap();

                let listed: Vec<_> = rows.into_iter().map(|row| row.id.to_string()).collect();
                assert_eq!(listed, ids(100), "{at_most} {concurrency} {has_total}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_while_others_arrive_is_made_once_more() {
    let server = ListServer::new(0..40);
    let hung = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hung);
    let third_hangs = tower::layer::layer_fn(move |next: Next| {
        let count = Arc::clone(&count);
        tower::service_fn(move |request: http::Request<Body>| {
            let (next, hangs) = (next.clone(), count.fetch_add(1, Ordering::SeqCst) == 2);
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                next.oneshot(request).await
            }
        })
    });
    let users = server.users_with(|client| client.transport_layer(third_hangs));

    let rows = users.items_as::<Row>(PageRequest::new().count(10)).concurrency(3);
    let rows: Vec<Row> = rows.try_collect().await.unwrap();

    assert_eq!(rows.len(), 40);
    assert!(server.asked().iter().all(|asked| asked.count == 10));
}
