//! Lists of servers that page in a way of their own, and lists that change while they are read.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{Request, Response};
use serde_json::{Value, json};
use trivore::models::{PageRequest, User};
use trivore::transport::{Body, Client};
use trivore::{Error, Result, Users};
use trivore_tests::Fixture;

/// What a server is asked for.
#[derive(Clone, Copy)]
struct Asked {
    /// Number of the request, from 1.
    number: usize,
    start: usize,
    count: usize,
}

impl Asked {
    /// The rows that are asked for, of a list with so many.
    fn rows(&self, total: usize) -> Range<usize> {
        self.start.min(total)..(self.start + self.count).min(total)
    }
}

/// Users at a server that responds each request for a page with this body, and the number of
/// requests so far.
fn server<F>(page: F) -> (Users, Arc<AtomicUsize>)
where
    F: Fn(Asked) -> String + Clone + Send + Sync + 'static,
{
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let service = tower::service_fn(move |request: Request<Body>| {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let number = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse().ok()).unwrap()
        };
        let (start, count) = (number("startIndex"), number("count"));
        let number = counted.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(number < 10_000, "an endless list");
        let body = page(Asked { number, start, count });
        async move { Ok::<_, Infallible>(Response::new(body)) }
    });
    let client = Client::builder("https://id.example.com").service(service).build().unwrap();
    (Users::new(client), requests)
}

fn user(number: usize) -> Value {
    json!({"id": format!("u{number}")})
}

fn users(numbers: impl IntoIterator<Item = usize>) -> Vec<Value> {
    numbers.into_iter().map(user).collect()
}

fn ids(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("u{number}")).collect()
}

async fn all(users: &Users, request: PageRequest) -> Result<Vec<String>> {
    let users: Vec<User> = users.items(request).try_collect().await?;
    Ok(users.into_iter().map(|user| user.id.unwrap().to_string()).collect())
}

/// Reads a list until it fails; both streams fail, and none yields a user twice.
async fn failure(users: &Users, request: PageRequest) -> Error {
    let pages: Vec<_> = users.pages(request.clone()).collect().await;
    let failed = pages.into_iter().next_back().unwrap();
    assert!(failed.is_err(), "the pages ended as if all was well");

    let mut items = users.items(request);
    let mut seen = Vec::new();
    loop {
        match items.next().await {
            Some(Ok(user)) => seen.push(user.id),
            Some(Err(error)) => {
                let mut once = seen.clone();
                once.sort();
                once.dedup();
                assert_eq!(once.len(), seen.len());
                assert!(items.next().await.is_none());
                assert!(error.is_decode(), "{error}");
                assert!(!error.may_have_been_applied());
                assert_eq!(error.operation().unwrap().name, "users.list");
                return error;
            }
            None => panic!("the list ended as if all was well after {}", seen.len()),
        }
    }
}

/// Lists 12 users, newest first, while so many are created before each request but the first.
async fn while_created(created: usize, has_total: bool) -> Vec<String> {
    let (users, _) = server(move |asked| {
        let total = 12 + (asked.number - 1) * created;
        let rows = users(asked.rows(total).map(|row| total - 1 - row));
        let page = if has_total {
            json!({"totalResults": total, "resources": rows})
        } else {
            json!({"resources": rows})
        };
        page.to_string()
    });
    all(&users, PageRequest::new().count(3)).await.unwrap()
}

#[tokio::test]
async fn no_user_comes_twice_while_fewer_than_a_page_are_created_between_two_requests() {
    for created in [0, 1, 2] {
        for has_total in [true, false] {
            let listed = while_created(created, has_total).await;

            assert_eq!(listed, ids((0..12).rev()), "{created} created, total: {has_total}");
        }
    }
}

#[tokio::test]
async fn no_user_comes_twice_after_a_burst_of_new_ones() {
    // 25 users are created before the fifth request: the list falls back by more than it read.
    let (users, _) = server(|asked| {
        let total = if asked.number < 5 { 60 } else { 85 };
        let rows = users(asked.rows(total).map(|row| total - 1 - row));
        json!({"totalResults": total, "resources": rows}).to_string()
    });

    let listed = all(&users, PageRequest::new().count(10)).await.unwrap();

    assert_eq!(listed, ids((0..60).rev()));
}

#[tokio::test]
async fn a_server_that_ignores_the_place_is_found_out() {
    let request = PageRequest::new().count(10);
    for total in [json!({}), json!({"totalResults": 500}), json!({"totalResults": 11})] {
        for start in [json!({}), json!({"startIndex": 0})] {
            let (mut page, start_index) = (total.clone(), start.clone());
            page.as_object_mut().unwrap().extend(start_index.as_object().unwrap().clone());
            page["resources"] = users(0..10).into();
            let (users, requests) = server(move |_| page.to_string());

            let error = failure(&users, request.clone()).await;

            assert!(requests.load(Ordering::SeqCst) <= 6, "{total} {start}");
            let text = error.to_string();
            assert!(text.contains("startIndex"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_server_that_ignores_the_place_is_found_out_while_users_are_created() {
    for has_total in [true, false] {
        let (users, requests) = server(move |asked| {
            let total = 500 + asked.number;
            let mut page = json!({"resources": users((total - 10..total).rev())});
            if has_total {
                page["totalResults"] = total.into();
            }
            page.to_string()
        });

        failure(&users, PageRequest::new().count(10)).await;

        assert!(requests.load(Ordering::SeqCst) <= 6, "total: {has_total}");
    }
}

#[tokio::test]
async fn a_server_that_begins_anew_is_found_out() {
    // The same 3,000 users again and again: more than the stream remembers.
    let (users, _) = server(|asked| {
        let rows = users((asked.start..asked.start + asked.count).map(|row| row % 3_000));
        json!({"resources": rows}).to_string()
    });

    let pages: Vec<_> = users.pages(PageRequest::new().count(500)).collect().await;

    assert!(pages.last().unwrap().is_err());
    assert!(pages.len() < 30, "{} pages", pages.len());
}

#[tokio::test]
async fn rows_without_identifier_are_no_progress_when_they_repeat() {
    for row in [json!({"username": "same"}), Value::Null] {
        for total in [json!({}), json!({"totalResults": u64::MAX})] {
            let mut page = total.clone();
            page["resources"] = vec![row.clone(); 10].into();
            let (users, requests) = server(move |_| page.to_string());

            let pages: Vec<_> = users.pages(PageRequest::new().count(10)).collect().await;

            assert!(pages.last().unwrap().is_err(), "{row} {total}");
            assert!(requests.load(Ordering::SeqCst) <= 1_000, "{row} {total}");
        }
    }
}

#[tokio::test]
async fn a_place_that_was_not_asked_for_is_an_error() {
    for shift in [-1, 1, 10] {
        let (users, _) = server(move |asked| {
            let start = i64::try_from(asked.start).unwrap() + shift;
            let rows = users(asked.rows(30));
            json!({"totalResults": 30, "startIndex": start.max(0), "resources": rows}).to_string()
        });
        let request = PageRequest::new().count(10).start_index(5);

        let error = failure(&users, request).await;

        assert!(error.to_string().contains("startIndex"), "{error}");
    }
}

#[tokio::test]
async fn rows_count_whether_they_can_be_used_or_not() {
    // Without a total.
    let (all_users, _) = server(|asked| {
        let row = |row| if row == 42 { Value::Null } else { user(row) };
        let rows: Vec<Value> = asked.rows(250).map(row).collect();
        json!({"resources": rows}).to_string()
    });
    let listed = all(&all_users, PageRequest::new()).await.unwrap();
    assert_eq!(listed, ids((0..250).filter(|row| *row != 42)));

    // With one, and a page of nothing else.
    for count in [1, 7, 10] {
        let (all_users, _) = server(|asked| {
            let row = |row| if (10..20).contains(&row) { Value::Null } else { user(row) };
            let rows: Vec<Value> = asked.rows(50).map(row).collect();
            json!({"totalResults": 50, "resources": rows}).to_string()
        });
        let listed = all(&all_users, PageRequest::new().count(count)).await.unwrap();
        assert_eq!(listed, ids((0..10).chain(20..50)), "{count}");
    }
}

#[tokio::test]
async fn a_server_that_gives_fewer_rows_than_it_is_asked_for_is_read_to_the_end() {
    for extra in [json!({}), json!({"itemsPerPage": 50}), json!({"totalResults": 250})] {
        let (users, requests) = server(move |mut asked| {
            asked.count = asked.count.min(50);
            let mut page = extra.clone();
            page["startIndex"] = asked.start.into();
            page["resources"] = users(asked.rows(250)).into();
            page.to_string()
        });

        let listed = all(&users, PageRequest::new()).await.unwrap();

        assert_eq!(listed, ids(0..250));
        assert!(requests.load(Ordering::SeqCst) <= 6);
    }
}

#[tokio::test]
async fn a_server_that_gives_more_rows_than_it_is_asked_for_is_read_once() {
    let (users, requests) =
        server(|_| json!({"totalResults": 700, "resources": users(0..700)}).to_string());

    assert_eq!(all(&users, PageRequest::new()).await.unwrap(), ids(0..700));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_empty_page_before_the_end_is_an_error() {
    for resources in [json!([]), Value::Null] {
        let (users, _) = server(move |asked| {
            let rows = match asked.start {
                100 => resources.clone(),
                _ => users(asked.rows(300)).into(),
            };
            json!({"totalResults": 300, "resources": rows}).to_string()
        });

        let error = failure(&users, PageRequest::new()).await;

        assert!(error.to_string().contains("resources"), "{error}");
    }
}

#[tokio::test]
async fn a_total_below_what_came_is_not_believed() {
    let (users, _) =
        server(|asked| json!({"totalResults": 5, "resources": users(asked.rows(25))}).to_string());

    assert_eq!(all(&users, PageRequest::new().count(10)).await.unwrap(), ids(0..25));
}

#[tokio::test]
async fn users_deleted_meanwhile_end_the_list_earlier() {
    let (users, _) = server(|asked| {
        let total = if asked.number < 3 { 30 } else { 20 };
        json!({"totalResults": total, "resources": users(asked.rows(total))}).to_string()
    });

    assert_eq!(all(&users, PageRequest::new().count(10)).await.unwrap(), ids(0..20));
}

#[tokio::test]
async fn a_user_deleted_and_one_created_meanwhile_end_the_list_where_it_ends() {
    // Newest first: the deletion of user 5 and the creation of user 100 cancel out.
    let (users, _) = server(|asked| {
        let rows = if asked.number == 1 { users(0..10) } else { users(9..10) };
        json!({"totalResults": 11, "resources": rows}).to_string()
    });

    assert_eq!(all(&users, PageRequest::new().count(10)).await.unwrap(), ids(0..10));
}

#[tokio::test]
async fn the_sandbox_can_list_without_a_total_and_without_regard_to_the_place() {
    let fixture = Fixture::start().await;
    for name in 0..5 {
        fixture.add_user(json!({"username": name.to_string()}));
    }
    let request = PageRequest::new().count(2);

    fixture.set_rule("page-total-omitted", true);
    let page = fixture.users().list(&request).await.unwrap();
    assert_eq!(page.total_results, None);
    assert_eq!(all(fixture.users(), request.clone()).await.unwrap().len(), 5);

    fixture.set_rule("start-index-ignored", true);
    failure(fixture.users(), request).await;
}

#[tokio::test]
async fn a_service_that_counts_from_1_is_named_and_its_single_pages_can_be_read() {
    let (server, _) = server(|asked| {
        let rows = users(asked.rows(30));
        let page = json!({"totalResults": 30, "startIndex": asked.start + 1, "resources": rows});
        page.to_string()
    });
    let request = PageRequest::new().count(10);

    let error = failure(&server, request.clone()).await;
    let page = server.list(&request).await.unwrap();

    assert!(error.to_string().contains("the service may count from 1"), "{error}");
    assert_eq!((page.start_index, page.resources.len()), (Some(1), 10));
}

#[tokio::test]
async fn rows_that_cannot_be_read_and_rows_that_come_again_are_told_apart() {
    let (unreadable, _) = server(|asked| {
        let rows =
            if asked.start == 0 { users(0..500) } else { vec![json!({"id": 7}); asked.count] };
        json!({"resources": rows}).to_string()
    });
    let (empty, _) =
        server(|asked| json!({"resources": vec![Value::Null; asked.count]}).to_string());
    for users in [unreadable, empty] {
        let pages = users.pages(PageRequest::new().count(500)).skip_unreadable(|_| {});
        let error = pages.try_collect::<Vec<_>>().await.unwrap_err().to_string();
        assert!(error.contains("a row that can be read"), "{error}");
        assert!(!error.contains("ignore `startIndex`"), "{error}");
    }

    let (repeating, _) = server(|_| json!({"resources": users(0..10)}).to_string());
    let error = failure(&repeating, PageRequest::new().count(10)).await.to_string();
    assert!(error.contains("ignore `startIndex`"), "{error}");
}

#[tokio::test]
async fn a_list_can_be_resumed_with_another_number_of_rows() {
    let (server, _) = server(|asked| {
        let rows = users(asked.rows(30));
        json!({"totalResults": 30, "startIndex": asked.start, "resources": rows}).to_string()
    });
    for (first, later) in [(3, 500), (7, 2), (29, 1), (10, 10)] {
        let request = PageRequest::new().count(first);
        let page = server.list(&request).await.unwrap();
        let mut listed: Vec<_> =
            page.resources.iter().map(|user| user.id.as_ref().unwrap().to_string()).collect();

        let rest = page.next_request(&request).unwrap().count(later);
        listed.extend(all(&server, rest).await.unwrap());

        assert_eq!(listed, ids(0..30), "{first}, then {later}");
    }
}
