//! When a run stops early, and what it says about the rest.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt as _, stream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::sleep;
use trivore::users::{
    Bulk, BulkOptions, BulkStop, Journal as _, JournalRecord, Reconciled, RecordedState,
};

use super::drive::{end, lost, refused};
use super::in_memory::InMemory;

fn one_by_one() -> BulkOptions {
    BulkOptions::new().concurrency(1)
}

#[tokio::test]
async fn a_run_stops_after_more_failures_than_allowed() {
    for (allowed, begun) in [(0, 1), (1, 3), (4, 9)] {
        // Every second item fails.
        let run = Bulk::new(|number: u64| async move {
            match number % 4 {
                0 => refused(),
                2 => lost(),
                _ => Ok(()),
            }
        });
        let run = run.options(one_by_one().max_failures(allowed)).run(0..100);

        let ended = end(run).await;

        assert_eq!(ended.report.stopped, Some(BulkStop::Failures));
        assert_eq!(ended.items.len(), begun, "{allowed} allowed");
        assert_eq!(ended.report.not_begun_from(), Some(u64::try_from(begun).unwrap()));
        assert_eq!(ended.report.not_begun(), Some(100 - u64::try_from(begun).unwrap()));
        assert!(ended.error.is_none());
    }
}

#[tokio::test]
async fn a_run_stops_at_a_share_of_failures_of_enough_items() {
    let every_tenth =
        |number: u64| async move { if number.is_multiple_of(10) { refused() } else { Ok(()) } };
    for (share, at_least, begun) in
        [(0.1, 1, 1), (0.1, 50, 51), (0.11, 10, 11), (1.0, 1, 101), (0.0, 5, 5), (0.0, 0, 1)]
    {
        let options = one_by_one().max_failure_share(share, at_least);
        let ended = end(Bulk::new(every_tenth).options(options).run(0..101)).await;

        assert_eq!(ended.items.len(), begun, "{share} of {at_least}");
    }
}

#[tokio::test]
async fn what_an_earlier_run_left_unknown_is_no_failure_of_this_one() {
    for options in
        [one_by_one().max_failures(0), one_by_one().max_failure_share(0.0, 1), one_by_one()]
    {
        let begun = |number| journal_record(number, RecordedState::Begun);
        let journal = InMemory::default();
        journal.append((0..5).map(begun).collect()).await.unwrap();
        let run = |journal: &InMemory| {
            let bulk =
                Bulk::new(|number: u64| async move { if number < 5 { lost() } else { Ok(()) } });
            bulk.options(options).key(u64::to_string).journal(journal.clone())
        };

        let told = end(run(&journal).run(0..10)).await;
        let unsure = run(&journal).reconcile(|_, _| async { Ok(Reconciled::Unknown) });
        let unsure = end(unsure.run(0..10)).await;
        // These are called again, and fail in this run.
        let repeated = run(&journal).reconcile(|_, _| async { Ok(Reconciled::NotApplied) });
        let repeated = end(repeated.run(0..10)).await;

        for ended in [&told, &unsure] {
            assert_eq!((ended.report.stopped, ended.unknown().len()), (None, 5));
        }
        assert_eq!((told.done().len(), unsure.report.progress.skipped), (5, 5));
        let (stopped, most) =
            if options == one_by_one() { (None, 5) } else { (Some(BulkStop::Failures), 1) };
        assert_eq!((repeated.report.stopped, repeated.unknown().len()), (stopped, most));
    }
}

fn journal_record(number: u64, state: RecordedState) -> JournalRecord {
    JournalRecord { number, key: number.to_string().into(), state, time: SystemTime::UNIX_EPOCH }
}

#[tokio::test]
async fn a_share_that_is_none_is_an_error_before_anything_begins() {
    for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let options = BulkOptions::new().max_failure_share(share, 1);
        let ended = end(Bulk::new(|_: u32| async { Ok(()) }).options(options).run(0..9)).await;

        assert!(ended.error.unwrap().is_invalid_input());
        assert!(ended.items.is_empty());
        assert_eq!(ended.report.not_begun(), Some(9));
    }
}

#[tokio::test]
async fn what_runs_at_a_stop_is_finished_and_what_waits_is_said() {
    let permits = Arc::new(Semaphore::new(0));
    let waiting = Arc::clone(&permits);
    let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
    let run = Bulk::new(move |number: u32| {
        let waiting = Arc::clone(&waiting);
        started.send(number).unwrap();
        async move {
            waiting.acquire().await.unwrap().forget();
            Ok(())
        }
    })
    // 1 and 2 wait for 0.
    .key(|number| if *number < 3 { "a".to_owned() } else { number.to_string() })
    .options(BulkOptions::new().concurrency(3))
    .run(0..20);
    let handle = run.handle();
    let ending = tokio::spawn(end(run));
    for number in [0, 3, 4] {
        assert_eq!(starts.recv().await, Some(number));
    }

    handle.stop();
    permits.add_permits(20);
    let ended = ending.await.unwrap();

    assert_eq!(ended.done(), [0, 3, 4]);
    let report = ended.report;
    assert_eq!(report.stopped, Some(BulkStop::Signal));
    assert_eq!((report.waiting.as_slice(), report.unread_from), ([1, 2].as_slice(), Some(5)));
    assert_eq!((report.not_begun_from(), report.not_begun()), (Some(1), Some(17)));
}

#[tokio::test]
async fn any_future_stops_a_run() {
    let (stop, stopped) = oneshot::channel::<()>();
    let mut run = Bulk::new(|number: u64| async move { Ok(number) })
        .stop_when(async move { drop(stopped.await) })
        .run(0..);
    run.next().await.unwrap().unwrap();

    stop.send(()).unwrap();
    let ended = end(run).await;

    assert_eq!(ended.report.stopped, Some(BulkStop::Signal));
    assert!(ended.error.is_none());
    // The input does not end.
    assert_eq!(ended.report.not_begun(), None);
    assert!(ended.report.not_begun_from().is_some());
}

#[tokio::test]
async fn a_stopped_run_wakes_up_although_its_input_is_silent() {
    let run = Bulk::new(|number: u64| async move { Ok(number) })
        .run_stream(stream::iter([Ok(1)]).chain(stream::pending()));
    let handle = run.handle();
    let ending = tokio::spawn(end(run));
    tokio::task::yield_now().await;

    handle.stop();

    assert_eq!(ending.await.unwrap().done(), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_run_stops_when_its_time_is_over() {
    let second = Duration::from_secs(1);
    let run = Bulk::new(move |_: u64| async move {
        sleep(second).await;
        Ok(())
    })
    .options(BulkOptions::new().concurrency(2).time_limit(second * 5 / 2))
    .run(0..100);

    let start = tokio::time::Instant::now();
    let ended = end(run).await;

    // Those that had begun have ended.
    assert_eq!((ended.done().len(), start.elapsed()), (6, second * 3));
    assert_eq!(ended.report.stopped, Some(BulkStop::TimeLimit));
    assert_eq!(ended.report.not_begun_from(), Some(6));
}

#[tokio::test]
async fn a_time_limit_without_end_is_none() {
    let options = BulkOptions::new().time_limit(Duration::MAX);
    let run = Bulk::new(|number: u64| async move { Ok(number) }).options(options).run(0..10);

    assert_eq!(end(run).await.done().len(), 10);
}
