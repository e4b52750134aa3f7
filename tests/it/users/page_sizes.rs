//! Pages that fail because they have too many rows.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use trivore::models::{PageRequest, UserId};
use trivore::transport::RetryPolicy;
use trivore_tests::{ListServer, failing_page, list_id};

#[derive(Deserialize)]
struct Row {
    id: UserId,
}

fn ids(users: u64) -> Vec<String> {
    (0..users).map(list_id).collect()
}

/// A list whose pages fail with a status if they have more rows than the server can send.
fn limited(users: u64, limit: usize, status: u16) -> ListServer {
    ListServer::new(0..users)
        .before_each_page(move |asked, _| (asked.count > limit).then(|| failing_page(status)))
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_is_requested_again_with_half_the_rows() {
    for status in [413, 500, 502, 504] {
        for (limit, passes) in [(1, 0), (10, 0), (100, 0), (200, 0), (499, 0), (10, 2), (100, 2)] {
            for concurrency in [1, 4] {
                let server = limited(700, limit, status);
                let request = PageRequest::new().count(500);
                let mut items = server.users().items_as::<Row>(request).concurrency(concurrency);
                if passes > 0 {
                    items = items.until_clean(passes);
                }

                let listed: Vec<Row> = items.by_ref().try_collect().await.unwrap();

                let listed: Vec<_> = listed.into_iter().map(|row| row.id.to_string()).collect();
                let case = format!("{status} above {limit}, {passes} passes, {concurrency}");
                assert_eq!(listed, ids(700), "{case}");
                assert!(items.drift().is_clean(), "{case}: {:?}", items.drift());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_too_large_is_requested_in_parts() {
    let server = ListServer::new(0..700);
    let users = server.users_with(|client| client.max_response_size(12_000));

    let rows = users.items_as::<Row>(PageRequest::new().count(500));
    let rows: Vec<Row> = rows.try_collect().await.unwrap();

    assert_eq!(rows.len(), 700);
    assert_eq!(rows.iter().map(|row| &row.id).collect::<HashSet<_>>().len(), 700);
    assert_eq!(server.windows()[..3], [(0, 500), (0, 250), (0, 125)]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_takes_too_long_is_requested_in_parts() {
    let server = ListServer::new(0..700);
    let slow = tower::layer::layer_fn(|next: trivore::transport::Next| {
        tower::service_fn(move |request: http::Request<trivore::transport::Body>| {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let next = next.clone();
            async move {
                let count = query.split("count=").nth(1).unwrap().parse::<u64>().unwrap();
                tokio::time::sleep(Duration::from_millis(count * 100)).await;
                tower::ServiceExt::oneshot(next, request).await
            }
        })
    });
    let users = server.users_with(|client| client.transport_layer(slow).retry(RetryPolicy::off()));

    let rows = users.items_as::<Row>(PageRequest::new().count(500));
    let rows: Vec<Row> = rows.try_collect().await.unwrap();

    let listed: Vec<_> = rows.into_iter().map(|row| row.id.to_string()).collect();
    assert_eq!(listed, ids(700));
}

#[tokio::test(start_paused = true)]
async fn the_size_grows_again_when_pages_arrive() {
    let server = ListServer::new(0..5_000)
        .before_each_page(|asked, _| (asked.number <= 3).then(|| failing_page(413)));

    let pages = server.users().pages(PageRequest::new().count(400));
    let pages: Vec<_> = pages.try_collect().await.unwrap();

    let sizes: Vec<_> = pages.iter().map(|page| page.resources.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 5_000);
    assert_eq!((sizes[0], sizes.iter().max()), (50, Some(&400)), "{sizes:?}");
    assert_eq!(server.windows()[..4], [(0, 400), (0, 200), (0, 100), (0, 50)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_send_more_is_asked_for_more_only_now_and_then() {
    let server = limited(20_000, 100, 413);

    let listed: Vec<Row> =
        server.users().items_as(PageRequest::new().count(500)).try_collect().await.unwrap();

    assert_eq!(listed.len(), 20_000);
    let failed = server.asked().iter().filter(|asked| asked.count > 100).count();
    assert!(failed <= 12, "{failed} failed");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_always_fails_ends_the_stream_with_its_error() {
    let server = limited(10, 0, 413);
    let mut pages = server.users().pages(PageRequest::new().count(500));

    let error = pages.next().await.unwrap().unwrap_err();

    assert_eq!(error.status().unwrap(), 413);
    assert!(pages.next().await.is_none());
    let sizes: Vec<_> = server.asked().iter().map(|asked| asked.count).collect();
    assert_eq!(sizes, [500, 250, 125, 62, 31, 15, 7, 3, 1]);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_has_nothing_to_do_with_the_size_ends_the_stream_at_once() {
    for status in [400, 401, 403, 404, 409] {
        let server = limited(10, 0, status);

        let error = server.users().pages(PageRequest::new()).next().await.unwrap().unwrap_err();

        assert_eq!(error.status().unwrap(), status);
        assert_eq!(server.asked().len(), 1, "{status}");
    }
}
