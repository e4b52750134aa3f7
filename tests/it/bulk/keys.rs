//! Items with the same key run one after the other.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use tokio::sync::Semaphore;
use trivore::users::{Bulk, BulkOptions};

use super::drive::{InFlight, end};
use super::in_memory::InMemory;

/// Runs items with these keys, and asserts that those of each key run one by one in order.
async fn check(keys: Vec<u8>, concurrency: usize, journal: Option<InMemory>) {
    let (counts, order) = (Arc::<Mutex<HashMap<u8, InFlight>>>::default(), Arc::default());
    let (counted, seen) = (Arc::clone(&counts), Arc::<Mutex<Vec<(u8, usize)>>>::clone(&order));
    let count = keys.len();
    let bulk = Bulk::new(move |(number, key): (usize, u8)| {
        let entered = counted.lock().unwrap().entry(key).or_default().enter();
        seen.lock().unwrap().push((key, number));
        async move {
            for _ in 0..number % 5 {
                tokio::task::yield_now().await;
            }
            drop(entered);
            Ok(())
        }
    });
    let mut bulk =
        bulk.key(|(_, key)| key.to_string()).options(BulkOptions::new().concurrency(concurrency));
    if let Some(journal) = journal {
        bulk = bulk.journal(journal);
    }

    let ended = end(bulk.run(keys.into_iter().enumerate())).await;

    assert_eq!(ended.done().len(), count);
    assert!(counts.lock().unwrap().values().all(|in_flight| in_flight.most() == 1));
    let mut last = HashMap::new();
    for (key, number) in order.lock().unwrap().iter() {
        assert!(last.insert(*key, *number).is_none_or(|before| before < *number), "key {key}");
    }
}

#[tokio::test]
async fn items_of_a_key_run_one_by_one_in_order() {
    // A simple generator: which keys come is arbitrary, but the same each time.
    let mut state = 1_u32;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 24).unwrap()
    };
    for kinds in [1, 2, 7, 100] {
        for concurrency in [1, 3, 64] {
            let keys: Vec<_> = (0..500).map(|_| next() % kinds).collect();
            check(keys.clone(), concurrency, None).await;
            check(keys, concurrency, Some(InMemory::default())).await;
        }
    }
}

#[tokio::test]
async fn items_of_other_keys_overtake_those_that_wait() {
    let (of_a, ended) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (waiting, others) = (Arc::clone(&of_a), Arc::clone(&ended));
    let mut run = Bulk::new(move |key: &'static str| {
        let (waiting, others) = (Arc::clone(&waiting), Arc::clone(&others));
        async move {
            if key == "a" {
                waiting.acquire().await.unwrap().forget();
            } else {
                others.fetch_add(1, Ordering::SeqCst);
            }
            Ok(())
        }
    })
    .key(|key| (*key).to_owned())
    .run([["a"; 500].as_slice(), &["b", "c"]].concat());

    let first = [run.next().await.unwrap().unwrap(), run.next().await.unwrap().unwrap()];
    assert_eq!(first.map(|item| item.number).iter().sum::<u64>(), 500 + 501);
    assert_eq!(ended.load(Ordering::SeqCst), 2);

    of_a.add_permits(500);
    assert_eq!(run.count().await, 500);
}

#[tokio::test]
async fn a_long_row_with_one_key_is_not_read_into_memory() {
    let read = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&read);
    let input = (0..50_000).inspect(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let mut run =
        Bulk::new(|number: u64| async move { Ok(number) }).key(|_| "a".to_owned()).run(input);

    let mut ended = 0;
    while let Some(item) = run.next().await {
        assert_eq!(item.unwrap().number, ended);
        ended += 1;
        let ahead = read.load(Ordering::SeqCst) - usize::try_from(ended).unwrap();
        assert!(ahead <= 1024 + 16, "{ahead} ahead");
    }

    assert_eq!(ended, 50_000);
}

#[tokio::test]
async fn without_a_key_everything_runs_at_the_same_time() {
    let (in_flight, all) = (InFlight::default(), Arc::new(tokio::sync::Barrier::new(8)));
    let counted = in_flight.clone();
    let run = Bulk::new(move |(): ()| {
        let (entered, all) = (counted.enter(), Arc::clone(&all));
        async move {
            all.wait().await;
            drop(entered);
            Ok(())
        }
    })
    .run([(); 8]);

    assert_eq!(end(run).await.items.len(), 8);
    assert_eq!(in_flight.most(), 8);
}
