//! Items with the same key keep their order, also in resumed runs.

use std::sync::{Arc, Mutex};

use trivore::Error;
use trivore::users::{Bulk, BulkOptions, Reconciled};

use super::drive::{Ended, end, lost, refused};
use super::in_memory::InMemory;

/// Ten items, of which each second one has the key `a`; the others have keys of their own.
const ITEMS: u64 = 10;

fn key(number: u64) -> String {
    if number.is_multiple_of(2) { "a".to_owned() } else { number.to_string() }
}

/// Makes a run of which item 2 fails.
fn bulk(fail: fn() -> trivore::Result<()>) -> Bulk<u64, ()> {
    let bulk = Bulk::new(move |number| async move { if number == 2 { fail() } else { Ok(()) } });
    bulk.key(|number| key(*number))
}

fn outage<T>() -> trivore::Result<T> {
    Err(Error::connect("nobody listens"))
}

fn assert_held(ended: &Ended<()>) {
    assert!([2, 4, 6, 8].iter().all(|number| !ended.done().contains(number)));
    assert_eq!(ended.done().len(), 6);
    let report = &ended.report;
    assert_eq!((report.progress.held, report.held_from), (3, Some(4)));
    assert_eq!((report.not_begun(), report.not_begun_from()), (Some(3), Some(4)));
    assert_eq!((report.stopped, report.progress.waiting), (None, Some(0)));
}

#[tokio::test]
async fn items_of_a_key_are_held_after_one_that_a_later_run_may_repeat() {
    let (unknown, missing) = (InMemory::default(), InMemory::default());
    let unsure = bulk(lost).reconcile(|_, _| async { Ok(Reconciled::Unknown) });

    assert_held(&end(unsure.journal(unknown.clone()).run(0..ITEMS)).await);
    assert_held(&end(bulk(outage).journal(missing.clone()).run(0..ITEMS)).await);

    // They are held as long as it is not settled, and run after it.
    let unsure = bulk(lost).reconcile(|_, _| async { outage() });
    let again = end(unsure.journal(unknown.clone()).run(0..ITEMS)).await;
    assert_eq!((again.unknown(), again.report.progress.held), (vec![2], 3));
    let again = end(bulk(outage).journal(missing.clone()).run(0..ITEMS)).await;
    assert_eq!((again.refused(), again.report.progress.held), (vec![2], 3));
    for journal in [unknown, missing] {
        let settled = bulk(|| Ok(())).reconcile(|_, _| async { Ok(Reconciled::NotApplied) });
        let ended = end(settled.journal(journal).run(0..ITEMS)).await;

        let order: Vec<_> = ended.items.iter().map(|item| item.number).collect();
        assert_eq!(order, [2, 4, 6, 8]);
        assert_eq!((ended.report.progress.held, ended.report.held_from), (0, None));
    }
}

#[tokio::test]
async fn nothing_is_held_after_an_item_that_no_later_run_repeats() {
    let refusing = bulk(refused).journal(InMemory::default());
    let never_repeated = bulk(lost).journal(InMemory::default());

    for bulk in [refusing, never_repeated, bulk(lost), bulk(outage)] {
        let ended = end(bulk.run(0..ITEMS)).await;

        assert_eq!((ended.done().len(), ended.items.len()), (9, 10));
        assert_eq!(ended.report.not_begun(), Some(0));
    }
}

#[tokio::test]
async fn many_items_that_are_held_do_not_stop_the_others() {
    let run = Bulk::new(|number: u64| async move { if number == 0 { outage() } else { Ok(()) } })
        .key(|number| if *number < 5_000 { "a".to_owned() } else { number.to_string() })
        .journal(InMemory::default())
        .run(0..6_000);

    let ended = end(run).await;

    assert_eq!(ended.done(), (5_000..6_000).collect::<Vec<_>>());
    assert_eq!(ended.report.progress.held, 4_999);
}

/// xorshift64, which is enough to vary the cases.
#[derive(Clone)]
struct Random(Arc<Mutex<u64>>);

impl Random {
    fn below(&self, limit: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state % limit
    }
}

/// What a server has applied, in order.
type Applied = Arc<Mutex<Vec<u64>>>;

/// Makes a run whose calls fail in all ways, and whose look-ups fail or tell the truth.
fn unreliable(random: &Random, server: &Applied, failures: u64) -> Bulk<u64, ()> {
    let (calls, looks) = (random.clone(), random.clone());
    let (applying, asked) = (Arc::clone(server), Arc::clone(server));
    Bulk::new(move |number| {
        let kind = if calls.below(10) < failures { calls.below(3) } else { 3 };
        if kind % 2 == 1 {
            applying.lock().unwrap().push(number);
        }
        async move {
            for _ in 0..number % 4 {
                tokio::task::yield_now().await;
            }
            match kind {
                0 | 1 => lost(),
                2 => outage(),
                _ => Ok(()),
            }
        }
    })
    .reconcile(move |number, _| {
        let is_there = asked.lock().unwrap().contains(&number);
        let found = match looks.below(10) {
            kind if kind >= failures && is_there => Ok(Reconciled::Applied(())),
            kind if kind >= failures => Ok(Reconciled::NotApplied),
            0 => outage(),
            _ => Ok(Reconciled::Unknown),
        };
        async { found }
    })
    .options(BulkOptions::new().concurrency(3))
}

#[tokio::test]
async fn whatever_fails_the_items_of_each_key_are_applied_once_and_in_order() {
    for seed in 1..200 {
        let random = Random(Arc::new(Mutex::new(u64::wrapping_mul(seed, 0x9e37_79b9_7f4a_7c15))));
        let (server, journal) = (Applied::default(), InMemory::default());
        for failures in [8, 5, 3, 1, 0] {
            let bulk =
                unreliable(&random, &server, failures).key(|number| (number % 3).to_string());
            assert!(end(bulk.journal(journal.clone()).run(0..15)).await.error.is_none());
        }

        let applied = server.lock().unwrap();
        for key in 0..3 {
            let of_key: Vec<_> =
                applied.iter().copied().filter(|number| number % 3 == key).collect();
            let expected: Vec<_> = (0..5).map(|number| 3 * number + key).collect();
            assert_eq!(of_key, expected, "seed {seed}");
        }
    }
}
