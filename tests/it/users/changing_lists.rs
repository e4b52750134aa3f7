//! Lists that change while they are read: what a stream notices, and that none is missed.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Deserialize;
use serde_json::json;
use trivore::Result;
use trivore::models::{PageRequest, UserId};
use trivore::users::{Drift, Items};
use trivore_tests::{ListServer, list_id};

#[derive(Deserialize)]
struct Row {
    id: UserId,
}

/// Reads all rows.
async fn read(items: &mut Items<Row>) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    while let Some(row) = items.try_next().await? {
        ids.push(row.id.to_string());
    }
    Ok(ids)
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(list_id).collect()
}

fn clean(passes: u32) -> Drift {
    let mut drift = Drift::default();
    drift.passes = passes;
    drift
}

/// Changes a list before each page: creates and deletes at pseudo-random offsets.
///
/// Users below `kept` are there all the time.
struct Churn {
    random: u64,
    kept: u64,
    next: u64,
    changes: usize,
}

impl Churn {
    fn random(&mut self, below: usize) -> usize {
        // xorshift64
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % u64::try_from(below).unwrap()).unwrap()
    }

    fn change(&mut self, users: &mut Vec<u64>) {
        for _ in 0..self.changes {
            let at = self.random(users.len() + 1);
            users.insert(at, self.next);
            self.next += 1;
        }
        for _ in 0..self.changes {
            let Some(from) = users.len().checked_sub(1).map(|last| self.random(last + 1)) else {
                return;
            };
            let mut others = (from..users.len()).chain(0..from);
            if let Some(at) = others.find(|at| users[*at] >= self.kept) {
                users.remove(at);
            }
        }
    }
}

/// Kept users, with as many others between them.
fn mixed(kept: u64) -> Vec<u64> {
    (0..kept).flat_map(|number| [number, 1_000_000 + number]).collect()
}

#[derive(Clone, Copy, Debug)]
struct ChurnCase {
    seed: u64,
    kept: u64,
    count: u32,
    changes: usize,
    concurrency: usize,
    has_total: bool,
    /// How many rows the server returns at most.
    at_most: usize,
}

fn churn_cases() -> impl Strategy<Value = ChurnCase> {
    let counts = prop::sample::select(vec![1, 2, 3, 7, 10, 25, 50, 100, 499, 500]);
    let concurrency = prop::sample::select(vec![1, 2, 4]);
    let at_most = prop::sample::select(vec![usize::MAX, usize::MAX, 60]);
    (any::<u64>(), 0..200_u64, counts, 0..=20_usize, concurrency, any::<bool>(), at_most).prop_map(
        |(seed, kept, count, changes, concurrency, has_total, at_most)| ChurnCase {
            seed: seed | 1,
            kept,
            count,
            changes,
            concurrency,
            has_total,
            at_most,
        },
    )
}

async fn check_churn(case: ChurnCase) {
    let ChurnCase { seed, kept, count, changes, concurrency, has_total, at_most } = case;
    let mut churn = Churn { random: seed, kept, next: 2_000_000, changes };
    let mut server =
        ListServer::new(mixed(kept)).at_most(at_most).before_each_page(move |_, users| {
            churn.change(users);
            None
        });
    if !has_total {
        server = server.without_total();
    }
    let request = PageRequest::new().count(count);
    let items = server.users().items_as::<Row>(request);
    let mut items = items.concurrency(concurrency).until_clean(2);

    let listed = read(&mut items).await.unwrap();

    let once: HashSet<_> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a user came twice: {case:?}");
    let missed: Vec<_> = ids(0..kept).into_iter().filter(|id| !once.contains(id)).collect();
    assert_eq!(missed, Vec::<String>::new(), "{case:?} {:?}", items.drift());
    assert!(items.drift().passes == 1 || changes > 0, "{case:?} {:?}", items.drift());
}

#[test]
fn every_user_that_is_there_all_the_time_is_listed_once_whatever_else_changes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
    runner
        .run(&churn_cases(), |case| {
            runtime.block_on(check_churn(case));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn twenty_creations_and_deletions_between_all_pages_hide_no_user() {
    for count in [1, 10, 50, 500] {
        for concurrency in [1, 4] {
            for has_total in [true, false] {
                let (seed, kept, changes, at_most) = (7, 400, 20, usize::MAX);
                let case =
                    ChurnCase { seed, kept, count, changes, concurrency, has_total, at_most };
                check_churn(case).await;
            }
        }
    }
}

#[tokio::test]
async fn a_list_that_does_not_change_is_read_once_and_is_clean() {
    for (users, count, at_most) in [
        (0, 3, 500),
        (1, 3, 500),
        (3, 3, 500),
        (7, 3, 500),
        (7, 1, 500),
        (9, 500, 500),
        (70, 10, 4),
    ] {
        for has_total in [true, false] {
            for concurrency in [1, 4] {
                let mut server = ListServer::new(0..users).at_most(at_most);
                if !has_total {
                    server = server.without_total();
                }
                let request = PageRequest::new().count(count);
                let mut once =
                    server.users().items_as::<Row>(request.clone()).concurrency(concurrency);
                let mut passes = server.users().items_as::<Row>(request).concurrency(concurrency);
                passes = passes.until_clean(5);

                let case =
                    format!("{users} by {count}, total: {has_total}, {concurrency} at a time");
                assert_eq!(read(&mut once).await.unwrap(), ids(0..users), "{case}");
                assert_eq!(read(&mut passes).await.unwrap(), ids(0..users), "{case}");
                assert_eq!((once.drift(), passes.drift()), (clean(1), clean(1)), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_deletion_that_hides_a_user_is_noticed_by_the_total() {
    let server = ListServer::new(0..9).before_each_page(|asked, users| {
        if asked.number == 2 {
            users.remove(0);
        }
        None
    });
    let mut items = server.users().items_as::<Row>(PageRequest::new().count(3));

    assert!(items.drift().is_clean());
    let listed = read(&mut items).await.unwrap();

    assert_eq!(listed, ids([0, 1, 2, 4, 5, 6, 7, 8]));
    assert!(!items.drift().is_clean());
    assert_eq!(items.drift().changed_totals, 1);
}

#[tokio::test]
async fn users_that_came_again_and_short_pages_in_the_middle_are_counted() {
    let server = ListServer::new(0..9).before_each_page(|asked, users| {
        if asked.number == 2 {
            users.insert(0, 100);
        }
        None
    });
    let mut items = server.users().items_as::<Row>(PageRequest::new().count(3));
    read(&mut items).await.unwrap();
    assert_eq!((items.drift().repeated_rows, items.drift().changed_totals), (1, 1));

    let short = ListServer::new(0..30).before_each_page(|asked, users| {
        (asked.number == 2).then(|| {
            let rows: Vec<_> =
                users[3..5].iter().map(|user| json!({"id": list_id(*user)})).collect();
            http::Response::new(json!({"totalResults": 30, "resources": rows}).to_string())
        })
    });
    let mut items = short.users().items_as::<Row>(PageRequest::new().count(3));
    assert_eq!(read(&mut items).await.unwrap(), ids(0..30));
    assert_eq!(items.drift().short_pages, 1, "{:?}", items.drift());
}

#[tokio::test]
async fn another_position_than_requested_is_an_error_and_counted() {
    let server = ListServer::new(0..9).before_each_page(|asked, _| {
        (asked.number == 2).then(|| {
            let page = json!({"totalResults": 9, "startIndex": 0, "resources": [{"id": "1"}]});
            http::Response::new(page.to_string())
        })
    });
    let mut items = server.users().items_as::<Row>(PageRequest::new().count(3));

    assert!(read(&mut items).await.unwrap_err().is_decode());
    assert_eq!(items.drift().wrong_positions, 1);
}

#[tokio::test]
async fn a_deletion_and_a_creation_that_cancel_out_are_noticed_by_the_overlap() {
    let server = ListServer::new(0..9).before_each_page(|asked, users| {
        if asked.number == 2 {
            users.remove(0);
            users.push(100);
        }
        None
    });
    let mut items = server.users().items_as::<Row>(PageRequest::new().count(3)).until_clean(4);

    let listed = read(&mut items).await.unwrap();

    assert!(ids((0..9).chain([100])).iter().all(|id| listed.contains(id)), "{listed:?}");
    assert_eq!(listed.len(), 10);
    assert_eq!(items.drift(), clean(2));
}

#[tokio::test]
async fn the_number_of_passes_is_bounded_and_the_last_one_is_said_not_to_be_clean() {
    for (most, passes) in [(0, 1), (1, 1), (3, 3)] {
        let server = ListServer::new(0..20).before_each_page(|asked, users| {
            users.insert(0, u64::try_from(asked.number).unwrap() + 100);
            None
        });
        let mut items =
            server.users().items_as::<Row>(PageRequest::new().count(5)).until_clean(most);

        let listed = read(&mut items).await.unwrap();

        assert!(ids(0..20).iter().all(|id| listed.contains(id)));
        assert_eq!((items.drift().passes, items.drift().is_clean()), (passes, false));
    }
}

#[tokio::test]
async fn thousands_of_deletions_between_two_pages_hide_no_user() {
    let server = ListServer::new(0..9_000).before_each_page(|asked, users| {
        if asked.number == 60 {
            users.retain(|user| !(1_000..5_500).contains(user));
        }
        None
    });
    let request = PageRequest::new().count(100);
    let mut items = server.users().items_as::<Row>(request).until_clean(1);

    let listed: HashSet<_> = read(&mut items).await.unwrap().into_iter().collect();

    assert!(ids((0..1_000).chain(5_500..9_000)).iter().all(|id| listed.contains(id)));
    assert_eq!(items.drift().gaps, 0);
}

#[tokio::test]
async fn a_list_that_empties_while_it_is_read_ends() {
    for has_total in [true, false] {
        let mut server = ListServer::new(0..30).before_each_page(|asked, users| {
            if asked.number == 3 {
                users.clear();
            }
            None
        });
        if !has_total {
            server = server.without_total();
        }
        let mut items = server.users().items_as::<Row>(PageRequest::new().count(5)).until_clean(3);

        let listed = read(&mut items).await.unwrap();

        assert_eq!(listed, ids(0..10));
        assert_eq!(items.drift(), clean(2));
    }
}

#[tokio::test]
async fn a_server_that_ignores_the_position_is_found_out_by_passes_too() {
    for total in [None, Some(500), Some(11)] {
        let server = ListServer::new(0..500).before_each_page(move |_, users| {
            let rows: Vec<_> =
                users[..10].iter().map(|user| json!({"id": list_id(*user)})).collect();
            let mut page = json!({"resources": rows});
            if let Some(total) = total {
                page["totalResults"] = total.into();
            }
            Some(http::Response::new(page.to_string()))
        });
        let mut items = server.users().items_as::<Row>(PageRequest::new().count(10)).until_clean(3);

        let error = read(&mut items).await.unwrap_err();

        assert!(error.to_string().contains("ignore `startIndex`"), "{total:?}: {error}");
        assert!(server.asked().len() < 60, "{}", server.asked().len());
    }
}

#[tokio::test]
async fn rows_that_are_new_in_each_page_end_in_a_bounded_number_of_requests() {
    // Each page has rows that no other has, so that no page ever continues another.
    let server = ListServer::new(0..500).before_each_page(|asked, _| {
        let first = u64::try_from(asked.number).unwrap() * 1_000;
        let rows: Vec<_> = (first..first + 10).map(|user| json!({"id": list_id(user)})).collect();
        let page = json!({"totalResults": 500, "resources": rows});
        Some(http::Response::new(page.to_string()))
    });
    let mut items = server.users().items_as::<Row>(PageRequest::new().count(10)).until_clean(2);

    let _ = read(&mut items).await;

    assert!(items.drift().gaps > 0);
    assert!(server.asked().len() < 2_000, "{}", server.asked().len());
}
