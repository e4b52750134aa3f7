//! Checks when a stream fetches its pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use trivore::models::{PageRequest, User};
use trivore_tests::Fixture;

async fn with_users(count: usize) -> Fixture {
    let fixture = Fixture::start().await;
    for name in 0..count {
        fixture.add_user(json!({"username": name.to_string()}));
    }
    fixture
}

/// Yields to other tasks until the sandbox has received `count` requests.
async fn until_requests(fixture: &Fixture, count: usize) {
    let arrived = async {
        while fixture.request_lines().len() < count {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), arrived).await;
    assert!(in_time.is_ok(), "expected {count} requests, got {}", fixture.request_lines().len());
}

#[tokio::test]
async fn the_next_page_is_on_its_way_while_one_is_worked_on() {
    let fixture = with_users(6).await;
    let mut pages = fixture.users().pages(PageRequest::new().count(2));

    for requests in [2, 3] {
        pages.try_next().await.unwrap().unwrap();
        until_requests(&fixture, requests).await;
    }
    pages.try_next().await.unwrap().unwrap();

    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(fixture.request_lines().len(), 3);
}

#[tokio::test]
async fn the_next_page_is_on_its_way_while_the_users_of_one_are_worked_on() {
    let fixture = with_users(4).await;
    let mut items = fixture.users().items(PageRequest::new().count(2));

    items.try_next().await.unwrap().unwrap();
    until_requests(&fixture, 2).await;

    let rest: Vec<User> = items.try_collect().await.unwrap();
    assert_eq!(rest.len(), 3);
    assert_eq!(fixture.request_lines().len(), 2);
}

#[tokio::test]
async fn no_more_than_one_page_is_fetched_ahead() {
    let fixture = with_users(6).await;
    let mut items = fixture.users().items(PageRequest::new().count(2));

    for user in 0..2 {
        items.try_next().await.unwrap().unwrap();
        until_requests(&fixture, 2).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(fixture.request_lines().len(), 2, "after user {user}");
    }
}

#[tokio::test]
async fn a_page_fetched_ahead_that_nobody_looked_at_in_time_is_asked_for_once_more() {
    let fixture = with_users(4).await;
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    // The second request gets no response, the others do.
    let second_hangs = tower::layer::layer_fn(move |next: trivore::transport::Next| {
        let counted = Arc::clone(&counted);
        tower::service_fn(move |request: http::Request<trivore::transport::Body>| {
            let (next, hangs) = (next.clone(), counted.fetch_add(1, Ordering::SeqCst) == 1);
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                next.oneshot(request).await
            }
        })
    });
    let users = fixture.users_with(|client| {
        client.transport_layer(second_hangs).attempt_timeout(Duration::from_millis(200))
    });

    let pages: Vec<_> = users.pages(PageRequest::new().count(2)).try_collect().await.unwrap();

    assert_eq!(pages.iter().flatten().count(), 4);
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}
