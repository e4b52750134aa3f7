//! Lists of users that were created or changed since an earlier list.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use trivore::models::{Filter, PageRequest, Timestamp};
use trivore_tests::{Fixture, ListServer, assert_never_sent, failing_page, list_id};

/// A row whose type has no times.
#[derive(Deserialize)]
struct Row {}

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_666_785_600)
}

/// A time on the day of `noon`.
fn at(time: &str) -> Timestamp {
    format!("2022-10-26T{time}Z").into()
}

async fn three_users() -> Fixture {
    let fixture = Fixture::with(|sandbox| sandbox.start_time(noon())).await;
    for name in ["early", "middle", "late"] {
        fixture.add_user(json!({"username": name}));
        fixture.sandbox().advance_clock(Duration::from_secs(3600));
    }
    fixture
}

#[tokio::test]
async fn users_since_a_time_are_listed_with_an_overlap_of_five_minutes() {
    let fixture = three_users().await;
    for (since, count) in [
        ("12:00:00.000", 3),
        ("12:04:59.999", 3),
        ("12:06:00", 2),
        ("13:04:59", 2),
        ("13:06:00.5", 1),
        ("14:30:00", 0),
    ] {
        let request = PageRequest::new().count(2);
        let users = fixture.users();
        let created = users.items(request.clone()).created_since(&at(since)).unwrap();
        let modified = users.items_as::<Row>(request).modified_since(&at(since)).unwrap();

        assert_eq!(created.try_collect::<Vec<_>>().await.unwrap().len(), count, "{since}");
        assert_eq!(modified.try_collect::<Vec<_>>().await.unwrap().len(), count, "{since}");
    }
}

#[tokio::test]
async fn the_condition_is_added_to_the_filter() {
    let fixture = three_users().await;
    let request = PageRequest::new().filter(Filter::ne("username", "late"));
    let since = "2022-10-26T15:04:00+03:00".into();

    let items = fixture.users().items(request).modified_since(&since).unwrap();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap().len(), 2);

    let line = &fixture.request_lines()[0];
    let filter =
        "filter=username+ne+%22late%22+and+lastModifiedDate+ge+%222022-10-26T11%3A59%3A00.000Z%22";
    assert!(line.contains(filter), "{line}");
}

#[tokio::test]
async fn a_time_that_is_none_is_never_sent() {
    let fixture = three_users().await;
    for since in ["", "yesterday", "2022-10-26", "2022-10-26T12:00:00"] {
        let items = || fixture.users().items(PageRequest::new());

        assert_never_sent(items().created_since(&since.into()));
        assert_never_sent(items().modified_since(&since.into()));
    }
}

#[tokio::test]
async fn the_next_time_is_known_at_the_end_and_not_after_what_was_listed() {
    let fixture = three_users().await;
    let mut items = fixture.users().items_as::<Row>(PageRequest::new().count(2));
    assert_eq!(items.next_since(), None);
    items = items.modified_since(&at("12:00:00.000")).unwrap();

    while items.try_next().await.unwrap().is_some() {
        assert_eq!(items.next_since(), None);
    }

    let next = items.next_since().unwrap();
    assert!(next.as_str() > at("13:59:00.000").as_str(), "{next}");
    assert!(next.as_str() < at("14:01:00.000").as_str(), "{next}");
    let mut none =
        fixture.users().items(PageRequest::new()).created_since(&at("18:00:00")).unwrap();
    assert!(none.try_next().await.unwrap().is_none());
    assert_eq!(none.next_since(), Some(at("18:00:00.000")));
}

#[tokio::test]
async fn after_an_error_there_is_no_next_time() {
    let server = ListServer::new(0..9)
        .before_each_page(|asked, _| (asked.number == 2).then(|| failing_page(403)));
    let items = server.users().items(PageRequest::new().count(3));
    let mut items = items.modified_since(&at("12:00:00")).unwrap();

    while let Ok(Some(_)) = items.try_next().await {}

    assert_eq!(items.next_since(), None);
}

/// Users of whom one is changed before each page, at a service with a clock of its own.
fn changing_server(start: Instant) -> ListServer {
    let mut modified: BTreeMap<u64, i64> = (0..40).map(|user| (user, 0)).collect();
    let now = move || i64::try_from(start.elapsed().as_millis()).unwrap();
    ListServer::new(0..40).before_each_page(move |asked, users| {
        let number = u64::try_from(asked.number).unwrap();
        // The user moves to the front, where it was read already.
        let user = 39 - (number * 7) % 40;
        users.retain(|other| *other != user);
        users.insert(0, user);
        modified.insert(user, now());
        let rows = users.iter().skip(asked.start).take(asked.count);
        let rows: Vec<_> = rows
            .map(|user| {
                let modified = time_after(modified[user]);
                json!({"id": list_id(*user), "meta": {"lastModified": modified}})
            })
            .collect();
        let page = json!({"totalResults": users.len(), "resources": rows});
        Some(http::Response::new(page.to_string()))
    })
}

/// A time so many milliseconds after a fixed one.
fn time_after(millis: i64) -> String {
    let seconds = millis / 1000;
    format!(
        "2022-10-26T{:02}:{:02}:{:02}.{:03}Z",
        12 + seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        millis % 1000
    )
}

#[tokio::test(start_paused = true)]
async fn what_changes_while_a_list_is_read_is_after_the_next_time() {
    let start = Instant::now();
    let server = changing_server(start);
    tokio::time::advance(Duration::from_secs(100)).await;
    let began = i64::try_from(start.elapsed().as_millis()).unwrap();
    let items = server.users().items_as::<Row>(PageRequest::new().count(5));
    let mut items = items.modified_since(&at("12:00:00")).unwrap();

    while items.try_next().await.unwrap().is_some() {
        tokio::time::advance(Duration::from_secs(60)).await;
    }

    let next = items.next_since().unwrap();
    assert!(next.as_str() <= time_after(began).as_str(), "{next}");
    assert!(next.as_str() > time_after(began - 5_000).as_str(), "{next}");
}

#[tokio::test(start_paused = true)]
async fn the_next_time_of_a_resumed_list_is_that_of_its_first_part() {
    let start = Instant::now();
    let server = changing_server(start);
    tokio::time::advance(Duration::from_secs(100)).await;
    let list = || {
        let items = server.users().items_as::<Row>(PageRequest::new().count(5));
        items.modified_since(&at("12:00:00")).unwrap()
    };
    let mut first = list();
    for _ in 0..7 {
        first.try_next().await.unwrap().unwrap();
    }
    let stored = serde_json::to_string(&first.cursor()).unwrap();
    tokio::time::advance(Duration::from_secs(7_000)).await;

    let mut rest = list().resume(&serde_json::from_str(&stored).unwrap()).unwrap();
    while rest.try_next().await.unwrap().is_some() {}

    let next = rest.next_since().unwrap();
    assert!(next.as_str() <= time_after(100_000).as_str(), "{next}");
    assert!(next.as_str() > time_after(90_000).as_str(), "{next}");
}

#[tokio::test]
async fn a_time_in_the_future_does_not_hide_later_changes() {
    let server = ListServer::new([]).before_each_page(|_, _| {
        let meta = json!({"lastModified": "2999-01-01T00:00:00.000Z", "created": 7});
        let page = json!({"totalResults": 1, "resources": [{"id": "1", "meta": meta}]});
        Some(http::Response::new(page.to_string()))
    });
    let items = server.users().items_as::<Row>(PageRequest::new());
    let mut items = items.modified_since(&at("12:00:00")).unwrap();

    while items.try_next().await.unwrap().is_some() {}

    let next = items.next_since().unwrap();
    assert!(next.as_str() < "2900", "{next}");
}
