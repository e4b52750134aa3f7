//! How many items run, where, and what their outcome is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::sync::{Barrier, Semaphore};
use trivore::Error;
use trivore::users::{Bulk, BulkOptions, BulkOutcome, BulkStop, FileJournal, SyncPolicy};

use super::drive::{Entered, InFlight, end, lost, refused};
use super::in_memory::InMemory;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_run_on_all_threads_of_the_runtime() {
    let both = Arc::new(std::sync::Barrier::new(2));
    let run = Bulk::new(move |_: u32| {
        let both = Arc::clone(&both);
        // It blocks its thread until another one is here.
        async move { Ok(both.wait()) }
    })
    .run(0..2);

    assert_eq!(end(run).await.done(), [0, 1]);
}

#[test]
fn outside_of_a_runtime_a_run_is_an_error() {
    let mut run = Bulk::new(|_: u32| async { Ok(()) }).run([1]);

    let first = run.next().now_or_never().unwrap();

    let error = first.unwrap().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("tokio"), "{error}");
    assert!(run.next().now_or_never().unwrap().is_none());
    assert_eq!(run.report().not_begun_from(), Some(0));
}

#[test]
fn outside_of_a_runtime_many_are_errors() {
    let recorder = trivore_tests::Recorder::new();
    let new = [trivore::models::User::new()];
    let trivore = recorder.trivore();

    let results = trivore.users().create_many(&new, BulkOptions::new()).now_or_never().unwrap();

    let error = results[0].as_ref().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("tokio"), "{error}");
}

/// Runs 50 items, each of which waits for `together` others; returns the most at the same time.
async fn most_at_once(concurrency: usize, together: usize, journal: Option<InMemory>) -> usize {
    let (in_flight, barrier) = (InFlight::default(), Arc::new(Barrier::new(together)));
    let counted = in_flight.clone();
    let bulk = Bulk::new(move |_: u32| {
        let (counted, barrier) = (counted.clone(), Arc::clone(&barrier));
        async move {
            let _entered = counted.enter();
            barrier.wait().await;
            Ok(())
        }
    });
    let mut bulk = bulk
        .key(|number: &u32| number.to_string())
        .options(BulkOptions::new().concurrency(concurrency));
    if let Some(journal) = journal {
        bulk = bulk.journal(journal);
    }
    assert_eq!(end(bulk.run(0..50)).await.items.len(), 50);
    in_flight.most()
}

#[tokio::test]
async fn as_many_items_run_at_the_same_time_as_allowed_and_no_more() {
    for journal in [None, Some(InMemory::default())] {
        assert_eq!(most_at_once(10, 10, journal.clone()).await, 10);
    }
    for journal in [None, Some(InMemory::default())] {
        assert_eq!(most_at_once(0, 1, journal.clone()).await, 1);
    }
    assert_eq!(most_at_once(usize::MAX, 50, None).await, 50);
}

#[tokio::test]
async fn an_outcome_is_unknown_if_the_item_may_have_been_applied() {
    let run = Bulk::new(|number: u32| async move {
        match number {
            0 => Ok("done"),
            1 => refused(),
            2 => lost(),
            _ => Err(Error::connect("nobody listens")),
        }
    })
    .run(0..4);

    let ended = end(run).await;

    assert_eq!((ended.done(), ended.refused(), ended.unknown()), (vec![0], vec![1, 3], vec![2]));
    let progress = ended.report.progress;
    assert_eq!((progress.done, progress.refused, progress.unknown), (1, 2, 1));
    assert_eq!((ended.report.stopped, ended.report.not_begun()), (None, Some(0)));
}

#[tokio::test]
async fn a_panic_makes_one_item_unknown_and_the_others_go_on() {
    let run = Bulk::new(|number: u32| async move {
        assert_ne!(number, 3, "a panic on purpose");
        Ok(())
    })
    .run(0..10);

    let ended = end(run).await;

    assert_eq!((ended.done().len(), ended.unknown()), (9, vec![3]));
    let outcome = ended.items.into_iter().find(|item| item.number == 3).unwrap().outcome;
    let BulkOutcome::Unknown(error) = outcome else { panic!("{outcome:?}") };
    assert!(error.may_have_been_applied() && error.to_string().contains("panicked"), "{error}");
}

#[tokio::test]
async fn each_item_has_its_number_and_key() {
    let run = Bulk::new(|name: &'static str| async move { Ok(name) })
        .key(|name| name.to_uppercase())
        .run(["maija", "matti"]);

    for item in end(run).await.items {
        let BulkOutcome::Done(name) = item.outcome else { panic!("not done") };
        assert_eq!(item.key.as_deref(), Some(name.to_uppercase().as_str()));
        assert_eq!(item.number == 0, name == "maija");
    }
}

#[tokio::test]
async fn no_items_are_no_outcomes() {
    let run = Bulk::new(|_: u32| async { Ok(()) }).journal(InMemory::default());

    let ended = end(run.key(u32::to_string).run([])).await;

    assert!(ended.items.is_empty() && ended.error.is_none());
    assert_eq!((ended.report.not_begun_from(), ended.report.stopped), (None, None));
}

/// An item that counts itself.
struct Counted(#[expect(dead_code, reason = "it counts until it is dropped")] Entered);

#[tokio::test]
async fn few_of_many_items_are_in_memory_at_the_same_time() {
    let items = InFlight::default();
    let counted = items.clone();
    let run = Bulk::new(|_: Counted| async { Ok(()) })
        .options(BulkOptions::new().concurrency(16))
        .run((0..100_000).map(move |_| Counted(counted.enter())));

    assert_eq!(run.count().await, 100_000);

    assert!(items.most() <= 32, "{} items at the same time", items.most());
}

#[tokio::test]
async fn a_stream_that_is_not_polled_begins_no_more_items() {
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let mut run = Bulk::new(move |_: u32| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    })
    .options(BulkOptions::new().concurrency(4))
    .run(0..1000);

    run.next().await.unwrap().unwrap();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }

    assert!(begun.load(Ordering::SeqCst) <= 8, "{begun:?}");
    assert_eq!(run.count().await, 999);
}

#[tokio::test]
async fn dropping_a_run_cancels_what_runs() {
    let in_flight = InFlight::default();
    let counted = in_flight.clone();
    let mut run = Bulk::new(move |number: u32| {
        let entered = counted.enter();
        async move {
            if number > 0 {
                std::future::pending::<()>().await;
            }
            drop(entered);
            Ok(())
        }
    })
    .run(0..100);
    run.next().await.unwrap().unwrap();
    assert!(in_flight.now() >= 7);

    drop(run);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }

    assert_eq!(in_flight.now(), 0);
}

#[tokio::test]
async fn an_error_of_the_input_stops_the_run_after_those_that_run() {
    let input = stream::iter([Ok(1), Ok(2), Err(Error::input("a broken row")), Ok(4)]);
    let run = Bulk::new(|number: u32| async move { Ok(number) }).run_stream(input);

    let ended = end(run).await;

    assert_eq!(ended.done(), [0, 1]);
    assert!(ended.error.unwrap().to_string().contains("a broken row"));
    assert_eq!(ended.report.stopped, Some(BulkStop::Error));
}

#[tokio::test]
async fn input_that_comes_later_is_waited_for() {
    let (sender, receiver) = tokio::sync::mpsc::channel::<u32>(1);
    let input = stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|item| (Ok(item), receiver))
    });
    let run = Bulk::new(|number: u32| async move { Ok(number) }).run_stream(input);
    let ending = tokio::spawn(async move { end(run).await.done() });

    for number in 0..20 {
        sender.send(number).await.unwrap();
    }
    drop(sender);

    assert_eq!(ending.await.unwrap().len(), 20);
}

#[tokio::test]
async fn a_run_polled_on_another_runtime_goes_on_on_its_own() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let journal = FileJournal::open(path, SyncPolicy::Never).await.unwrap();
    let permits = Arc::new(Semaphore::new(1));
    let waiting = Arc::clone(&permits);
    let mut run = Bulk::new(move |_: u32| {
        let waiting = Arc::clone(&waiting);
        async move {
            waiting.acquire().await.unwrap().forget();
            Ok(())
        }
    })
    .key(u32::to_string)
    .journal(journal)
    .run(0..10);
    run.next().await.unwrap().unwrap();
    permits.add_permits(9);

    let rest = tokio::task::spawn_blocking(move || {
        let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
        other.block_on(end(run)).items.len()
    });

    assert_eq!(rest.await.unwrap(), 9);
}
