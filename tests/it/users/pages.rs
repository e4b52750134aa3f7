//! Streams all pages or all users of a list; see `prefetch` for when pages are fetched.

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use trivore::models::{Filter, Page, PageRequest, Sort, User};
use trivore_tests::{Fixture, assert_lacks, assert_never_sent, assert_unauthorized};

/// Starts a sandbox with `count` users, named `0`, `1` and so on.
async fn with_users(count: usize) -> Fixture {
    let fixture = Fixture::start().await;
    for name in 0..count {
        fixture.add_user(json!({"username": name.to_string()}));
    }
    fixture
}

fn names<'a>(users: impl IntoIterator<Item = &'a User>) -> Vec<&'a str> {
    users.into_iter().map(|user| user.username.as_deref().unwrap()).collect()
}

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

#[tokio::test]
async fn all_users_come_in_pages_and_no_request_is_wasted() {
    for (count, size, requests) in
        [(7, 3, 3), (6, 3, 2), (3, 3, 1), (1, 3, 1), (0, 3, 1), (4, 1, 4)]
    {
        let fixture = with_users(count).await;

        let pages: Vec<Page<User>> =
            fixture.users().pages(PageRequest::new().count(size)).try_collect().await.unwrap();

        assert_eq!(names(pages.iter().flatten()), numbers(count), "{count} by {size}");
        assert_eq!(fixture.request_lines().len(), requests, "{count} by {size}");
        assert_eq!(pages.len(), requests, "{count} by {size}");
    }
}

#[tokio::test]
async fn all_users_come_one_by_one_and_no_request_is_wasted() {
    for (count, size, requests) in [(7, 3, 3), (6, 3, 2), (1, 3, 1), (0, 3, 1), (4, 1, 4)] {
        let fixture = with_users(count).await;

        let users: Vec<User> =
            fixture.users().items(PageRequest::new().count(size)).try_collect().await.unwrap();

        assert_eq!(names(&users), numbers(count), "{count} by {size}");
        assert_eq!(fixture.request_lines().len(), requests, "{count} by {size}");
    }
}

#[tokio::test]
async fn every_page_is_asked_for_with_the_same_filter_order_and_size() {
    let fixture = with_users(5).await;
    let request = PageRequest::new()
        .start_index(1)
        .count(2)
        .filter(Filter::ne("username", "3"))
        .sort(Sort::descending("username"));

    let users: Vec<User> = fixture.users().items(request).try_collect().await.unwrap();

    assert_eq!(names(&users), ["2", "1", "0"]);
    let query = |start| {
        let filter = "filter=username+ne+%223%22";
        format!(
            "GET /user?{filter}&startIndex={start}&count=2&sortBy=username&ascending=descending"
        )
    };
    assert_eq!(fixture.request_lines(), [query(1), query(3)]);
}

#[tokio::test]
async fn a_stream_that_is_not_polled_sends_nothing() {
    let fixture = with_users(3).await;

    drop(fixture.users().pages(PageRequest::new()));
    drop(fixture.users().items(PageRequest::new()));

    assert_eq!(fixture.request_lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_stream_goes_on_where_another_one_stopped() {
    let fixture = with_users(7).await;
    let request = PageRequest::new().count(2);
    let mut pages = fixture.users().pages(request.clone());
    let first = pages.try_next().await.unwrap().unwrap();
    drop(pages);

    let rest = first.next_request(&request).unwrap();
    let users: Vec<User> = fixture.users().items(rest).try_collect().await.unwrap();

    assert_eq!(names(&first), ["0", "1"]);
    assert_eq!(names(&users), ["2", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn users_that_shift_while_others_are_created_come_once() {
    let fixture = with_users(6).await;
    // Newest first, so that each new user shifts all others.
    let request = PageRequest::new().count(3).sort(Sort::descending("createdDate"));
    let mut items = fixture.users().items(request.clone().sort(Sort::descending("username")));
    let mut seen = Vec::new();

    while let Some(user) = items.try_next().await.unwrap() {
        seen.push(user.username.unwrap());
        if seen.len() == 1 {
            fixture.add_user(json!({"username": "8"}));
            fixture.add_user(json!({"username": "9"}));
        }
    }

    assert_eq!(seen, ["5", "4", "3", "2", "1", "0"]);
    let shifted = fixture.users().list(&request).await.unwrap();
    assert_eq!(shifted.total_results, Some(8));
}

#[tokio::test]
async fn an_error_in_the_middle_ends_the_stream() {
    let fixture = with_users(6).await;
    let users = fixture.users_with_only(&["ACCOUNT_VIEW"]);
    let mut pages = users.pages(PageRequest::new().count(1));
    let mut items = users.items(PageRequest::new().count(1));
    pages.try_next().await.unwrap().unwrap();
    items.try_next().await.unwrap().unwrap();

    let powerless = trivore_sandbox::ApiClient::new("only-ACCOUNT_VIEW", "limited-secret");
    fixture.sandbox().create_api_client(powerless.permissions(["GROUP_VIEW"]));
    let pages: Vec<_> = pages.collect().await;
    let items: Vec<_> = items.collect().await;

    assert!(pages.len() < 5 && items.len() < 5);
    assert_eq!(pages.iter().filter(|page| page.is_err()).count(), 1);
    assert_eq!(items.iter().filter(|user| user.is_err()).count(), 1);
    assert_lacks("ACCOUNT_VIEW", pages.into_iter().next_back().unwrap());
    assert_lacks("ACCOUNT_VIEW", items.into_iter().next_back().unwrap());
}

#[tokio::test]
async fn after_its_end_a_stream_stays_ended() {
    let fixture = with_users(1).await;
    let mut pages = fixture.users().pages(PageRequest::new());
    let mut failing = fixture.users_of_a_stranger().items(PageRequest::new());

    pages.try_next().await.unwrap().unwrap();
    assert!(failing.next().await.unwrap().is_err());

    for _ in 0..2 {
        assert!(pages.next().await.is_none());
        assert!(failing.next().await.is_none());
    }
    assert_eq!(fixture.request_lines().len(), 2);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_or_is_refused_is_the_first_and_last_item() {
    let fixture = with_users(1).await;
    let powerless = fixture.users_with_only(&["GROUP_VIEW"]);
    let too_many = PageRequest::new().count(501);

    assert_never_sent(fixture.users().pages(too_many.clone()).next().await.unwrap());
    assert_never_sent(fixture.users().items(too_many).next().await.unwrap());
    assert_eq!(fixture.request_lines(), Vec::<String>::new());
    let stranger = fixture.users_of_a_stranger();
    assert_unauthorized(stranger.pages(PageRequest::new()).next().await.unwrap());
    assert_lacks("ACCOUNT_VIEW", powerless.items(PageRequest::new()).next().await.unwrap());
}
