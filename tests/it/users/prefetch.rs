//! Checks when a stream fetches its pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;
use trivore::models::{PageRequest, User};
use trivore_tests::{Fixture, ListServer};

async fn with_users(count: usize) -> Fixture {
    let fixture = Fixture::start().await;
    for name in 0..count {
        fixture.add_user(json!({"username": name.to_string()}));
    }
    fixture
}

#[tokio::test]
async fn the_next_page_is_on_its_way_while_one_is_worked_on() {
    let server = ListServer::new(0..6);
    let users = server.users();
    let mut pages = users.pages(PageRequest::new().count(2));

    for requests in [2, 3, 3] {
        pages.try_next().await.unwrap().unwrap();
        assert_eq!(server.asked().len(), requests);
    }

    assert!(pages.try_next().await.unwrap().is_none());
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn the_next_page_is_on_its_way_while_the_users_of_one_are_worked_on() {
    let server = ListServer::new(0..4);
    let mut items = server.users().items(PageRequest::new().count(2));

    items.try_next().await.unwrap().unwrap();
    assert_eq!(server.asked().len(), 2);

    let rest: Vec<User> = items.try_collect().await.unwrap();
    assert_eq!(rest.len(), 3);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn no_more_than_one_page_is_fetched_ahead() {
    let server = ListServer::new(0..6);
    let mut items = server.users().items(PageRequest::new().count(2));

    for user in 0..2 {
        items.try_next().await.unwrap().unwrap();
        assert_eq!(server.asked().len(), 2, "after user {user}");
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
