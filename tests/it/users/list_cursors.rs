//! Lists that are resumed from a stored cursor.

use futures_util::TryStreamExt as _;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;
use trivore::models::{Filter, PageRequest, Sort, UserId};
use trivore::users::{Items, ListCursor};
use trivore_tests::{ListServer, assert_never_sent, failing_page, list_id, list_row};

#[derive(Deserialize)]
struct Row {
    id: UserId,
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(list_id).collect()
}

/// Reads at most so many rows.
async fn take(items: &mut Items<Row>, most: usize) -> Vec<String> {
    let mut ids = Vec::new();
    while ids.len() < most
        && let Some(row) = items.try_next().await.unwrap()
    {
        ids.push(row.id.to_string());
    }
    ids
}

/// Stores a cursor and reads it again.
fn stored(cursor: &ListCursor) -> ListCursor {
    serde_json::from_str(&serde_json::to_string(cursor).unwrap()).unwrap()
}

#[tokio::test]
async fn a_list_goes_on_after_the_last_row_with_any_page_size() {
    for users in [0, 1, 7, 12] {
        for stop in [0, 1, 3, 4, 6, 7, 11, 12] {
            for (first, later) in [(3, 3), (3, 1), (1, 500), (500, 2)] {
                for passes in [0, 2] {
                    let server = ListServer::new(0..users);
                    let list = |count| {
                        let items = server.users().items_as::<Row>(PageRequest::new().count(count));
                        if passes > 0 { items.until_clean(passes) } else { items }
                    };
                    let mut items = list(first);
                    let mut listed = take(&mut items, stop).await;

                    let cursor = stored(&items.cursor());
                    let mut rest = list(later).resume(&cursor).unwrap();
                    assert_eq!(rest.cursor().start_index(), cursor.start_index());
                    listed.extend(take(&mut rest, usize::MAX).await);

                    let case = format!("{users} users, {stop} read by {first}, then {later}");
                    assert_eq!(listed, ids(0..users), "{case}");
                    assert!(rest.drift().is_clean(), "{case}: {:?}", rest.drift());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_list_can_be_stopped_and_resumed_after_every_row() {
    let server = ListServer::new(0..20);
    let request = PageRequest::new().count(6);
    let mut cursor = None::<ListCursor>;
    let mut listed = Vec::new();
    loop {
        let mut items = server.users().items_as::<Row>(request.clone()).concurrency(2);
        if let Some(cursor) = &cursor {
            items = items.resume(&stored(cursor)).unwrap();
        }
        let one = take(&mut items, 1).await;
        cursor = Some(items.cursor());
        if one.is_empty() {
            break;
        }
        listed.extend(one);
    }

    assert_eq!(listed, ids(0..20));
    assert_eq!(cursor.unwrap().start_index(), 20);
}

#[tokio::test]
async fn a_list_goes_on_after_an_error_where_it_failed() {
    let server = ListServer::new(0..20)
        .before_each_page(|asked, _| (asked.number == 3).then(|| failing_page(403)));
    let request = PageRequest::new().count(6);
    let mut items = server.users().items_as::<Row>(request.clone());
    let mut listed = take(&mut items, 12).await;
    assert!(items.try_next().await.is_err());

    let mut rest = server.users().items_as::<Row>(request).resume(&items.cursor()).unwrap();
    listed.extend(take(&mut rest, usize::MAX).await);

    assert_eq!(listed, ids(0..20));
    assert!(rest.drift().is_clean());
}

#[tokio::test]
async fn a_list_that_shifted_between_two_streams_is_not_clean() {
    for change in [
        |users: &mut Vec<u64>| users.insert(0, 100),
        |users: &mut Vec<u64>| users.retain(|user| *user != 0),
        |users: &mut Vec<u64>| {
            users.remove(0);
            users.push(100);
        },
        |users: &mut Vec<u64>| users.push(100),
        |users: &mut Vec<u64>| users.truncate(2),
    ] {
        let server = ListServer::new(0..20);
        let request = PageRequest::new().count(6);
        let mut items = server.users().items_as::<Row>(request.clone());
        let mut listed = take(&mut items, 8).await;

        server.change(change);
        let mut rest = server.users().items_as::<Row>(request.clone());
        rest = rest.resume(&items.cursor()).unwrap();
        listed.extend(take(&mut rest, usize::MAX).await);
        assert!(!rest.drift().is_clean());

        let again = server.users().items_as::<Row>(request).until_clean(3);
        let mut again = again.resume(&items.cursor()).unwrap();
        listed.extend(take(&mut again, usize::MAX).await);
        let all = if listed.len() < 20 { ids(0..2) } else { ids(1..20) };
        assert!(all.iter().all(|id| listed.contains(id)));
        assert!(again.drift().is_clean());
    }
}

#[tokio::test]
async fn a_list_that_changed_before_the_position_is_not_clean_after_it() {
    let server = ListServer::new(0..20);
    let request = PageRequest::new().count(6);
    let mut items = server.users().items_as::<Row>(request.clone());
    let mut listed = take(&mut items, 2).await;
    server.change(|users| users.push(20));
    listed.extend(take(&mut items, 12).await);
    assert!(!items.drift().is_clean());
    let stored = serde_json::to_string(&items.cursor()).unwrap();
    assert!(stored.contains("\"hasChanged\":true"), "{stored}");

    // Nothing changes after that, and the rest is resumed twice.
    let cursor = serde_json::from_str(&stored).unwrap();
    let mut rest = server.users().items_as::<Row>(request.clone()).resume(&cursor).unwrap();
    listed.extend(take(&mut rest, 3).await);
    let mut last = server.users().items_as::<Row>(request.clone()).resume(&rest.cursor()).unwrap();
    listed.extend(take(&mut last, usize::MAX).await);

    assert_eq!(listed, ids(0..21));
    for drift in [rest.drift(), last.drift()] {
        assert!(drift.changed_before && !drift.is_clean(), "{drift:?}");
        assert_eq!((drift.changed_totals, drift.gaps), (0, 0));
    }
    // Another pass reads the whole list.
    let again = server.users().items_as::<Row>(request).until_clean(3);
    let mut again = again.resume(&cursor).unwrap();
    take(&mut again, usize::MAX).await;
    assert!(again.drift().is_clean() && again.drift().passes == 2);
}

#[tokio::test]
async fn a_row_that_was_not_read_loses_no_other() {
    let rows = |range: std::ops::Range<u64>| {
        let row = |user| if user % 4 == 1 { json!(null) } else { list_row(user) };
        range.map(row).collect::<Vec<_>>()
    };
    for stop in 1..9 {
        let server = ListServer::new(0..12).before_each_page(move |asked, _| {
            let start = u64::try_from(asked.start).unwrap();
            let end = (start + u64::try_from(asked.count).unwrap()).min(12);
            let page = json!({"totalResults": 12, "resources": rows(start.min(end)..end)});
            Some(http::Response::new(page.to_string()))
        });
        let request = PageRequest::new().count(5);
        let mut items = server.users().items_as::<Row>(request.clone());
        let mut listed = take(&mut items, stop).await;

        let mut rest = server.users().items_as::<Row>(request).resume(&items.cursor()).unwrap();
        listed.extend(take(&mut rest, usize::MAX).await);

        let all = ids((0..12).filter(|user| user % 4 != 1));
        assert!(all.iter().all(|id| listed.contains(id)), "{stop}: {listed:?}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_is_never_used() {
    let server = ListServer::new(0..20);
    let filter = |name: &str| Filter::eq("nsCode", name);
    let request = || PageRequest::new().filter(filter("a")).sort(Sort::ascending("username"));
    let cursor = server.users().items_as::<Row>(request()).cursor();

    for other in [
        PageRequest::new(),
        request().filter(filter("b")),
        PageRequest::new().filter(filter("a")),
        request().sort(Sort::descending("username")),
        request().sort(Sort::ascending("id")),
        request().count(501),
    ] {
        assert_never_sent(server.users().items_as::<Row>(other).resume(&cursor));
    }
    let since = "2020-01-01T00:00:00Z".into();
    let items = server.users().items_as::<Row>(request());
    assert_never_sent(items.modified_since(&since).unwrap().resume(&cursor));
    assert!(server.users().items_as::<Row>(request().count(7)).resume(&cursor).is_ok());
    assert!(server.users().items(request().start_index(7)).resume(&cursor).is_ok());
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn a_cursor_has_a_version_and_nothing_of_the_filter_or_the_users() {
    let server = ListServer::new(0..20);
    let request = PageRequest::new().filter(Filter::eq("username", "zqx@example.com"));
    let mut items = server.users().items_as::<Row>(request);
    take(&mut items, 8).await;

    let text = serde_json::to_string(&items.cursor()).unwrap();

    let cursor: serde_json::Value = serde_json::from_str(&text).unwrap();
    let members = cursor.as_object().unwrap();
    let names: Vec<_> = members.keys().map(String::as_str).collect();
    assert_eq!(names, ["lastRow", "query", "startIndex", "totalResults", "version"]);
    assert_eq!((&cursor["version"], &cursor["startIndex"]), (&json!(1), &json!(8)));
    assert!(members.values().all(serde_json::Value::is_u64), "{text}");
    // It is the same in every run and version of the SDK.
    let fixed = PageRequest::new().filter(Filter::eq("nsCode", "a"));
    let fixed = serde_json::to_string(&server.users().items(fixed).cursor()).unwrap();
    assert_eq!(fixed, r#"{"version":1,"startIndex":0,"query":3485049303}"#);
}

#[test]
fn what_is_no_cursor_of_this_version_is_refused() {
    for (text, expected) in [
        (r#"{"version":2,"position":"x"}"#, "version 2, but only 1"),
        (r#"{"version":1,"query":1}"#, "no `startIndex`"),
        (r#"{"version":1,"startIndex":1}"#, "no `query`"),
        (r#"{"startIndex":1,"query":1}"#, "version"),
        (r#"{"version":1,"startIndex":-1,"query":1}"#, "invalid value"),
        (r#"{"version":1,"startIndex":1,"query":1,"lastRow":70000}"#, "invalid value"),
        ("[]", ""),
        ("7", ""),
    ] {
        let error = serde_json::from_str::<ListCursor>(text).unwrap_err().to_string();

        assert!(error.contains(expected), "{text}: {error}");
    }
    let more = r#"{"version":1,"startIndex":1,"query":1,"later":true}"#;
    assert!(serde_json::from_str::<ListCursor>(more).is_ok());
}

proptest! {
    #[test]
    fn any_cursor_can_be_resumed_without_a_panic(
        start in prop_oneof![any::<u64>(), 0..30_u64],
        last in proptest::option::of(any::<u16>()),
        total in proptest::option::of(any::<u64>()),
        passes in 0..3_u32,
    ) {
        let server = ListServer::new(0..20);
        let query = serde_json::to_value(server.users().items(PageRequest::new()).cursor()).unwrap();
        let mut cursor = json!({"version": 1, "startIndex": start, "query": query["query"]});
        cursor["lastRow"] = json!(last);
        cursor["totalResults"] = json!(total);
        let cursor: ListCursor = serde_json::from_value(cursor).unwrap();
        let mut items = server.users().items_as::<Row>(PageRequest::new().count(5));
        if passes > 0 {
            items = items.until_clean(passes);
        }
        let items = items.resume(&cursor).unwrap();

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let read: Result<Vec<Row>, _> = runtime.block_on(items.try_collect());

        prop_assert!(read.is_ok() || start > 20);
    }
}
