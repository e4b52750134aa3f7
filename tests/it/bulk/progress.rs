//! How far a run is, as a value and by a callback.

use std::sync::mpsc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::sleep;
use trivore::users::{Bulk, BulkOptions};

use super::drive::{end, lost, refused};

#[tokio::test(start_paused = true)]
async fn progress_has_counts_rate_and_the_time_that_is_left() {
    let mut run = Bulk::new(|number: u64| async move {
        sleep(Duration::from_secs(1)).await;
        match number {
            0 => refused(),
            1 => lost(),
            _ => Ok(()),
        }
    })
    .options(BulkOptions::new().concurrency(2))
    .run(0..20);
    let handle = run.handle();

    // Five seconds later.
    for _ in 0..10 {
        run.next().await.unwrap().unwrap();
    }
    let progress = handle.progress();

    assert_eq!((progress.done, progress.refused, progress.unknown), (8, 1, 1));
    assert_eq!((progress.finished(), progress.skipped), (10, 0));
    assert_eq!(progress.elapsed, Duration::from_secs(5));
    assert!((progress.rate() - 2.0).abs() < 1e-9);
    assert_eq!((progress.running, progress.waiting), (2, Some(8)));
    assert_eq!(progress.time_left(), Some(Duration::from_secs(5)));

    sleep(Duration::from_secs(5)).await;
    assert_eq!(handle.progress().elapsed, Duration::from_secs(10));
    let report = end(run).await.report;
    let at_the_end = handle.progress();
    sleep(Duration::from_secs(5)).await;
    assert_eq!((handle.progress(), report.progress), (at_the_end, at_the_end));
    assert_eq!(at_the_end.time_left(), Some(Duration::ZERO));
}

#[tokio::test]
async fn a_watcher_sees_changes_and_the_end() {
    let run = Bulk::new(|number: u64| async move { Ok(number) }).run(0..100);
    let mut handle = run.handle();
    let watching = tokio::spawn(async move {
        let mut last = 0;
        while handle.changed().await {
            let done = handle.progress().done;
            assert!(done >= last);
            last = done;
        }
        handle.progress().done
    });

    drop(end(run).await);

    assert_eq!(watching.await.unwrap(), 100);
}

#[tokio::test]
async fn the_watcher_of_a_dropped_run_does_not_wait_forever() {
    let run = Bulk::new(|number: u64| async move { Ok(number) }).run(0..100);
    let mut handle = run.handle();

    drop(run);

    while handle.changed().await {}
}

#[tokio::test]
async fn a_callback_gets_the_progress_and_the_end() {
    let (sender, shown) = mpsc::channel();
    let run = Bulk::new(|number: u64| async move { Ok(number) })
        .on_progress(Duration::ZERO, move |progress| sender.send(progress).unwrap())
        .run(0..100);

    let ended = end(run).await;

    assert_eq!(ended.items.len(), 100);
    // The callback is dropped after its last call.
    assert_eq!(shown.iter().last(), Some(ended.report.progress));
}

#[tokio::test]
async fn a_callback_is_not_called_more_often_than_wanted() {
    let (sender, shown) = mpsc::channel();
    let run = Bulk::new(|number: u64| async move { Ok(number) })
        .on_progress(Duration::from_secs(3600), move |progress| sender.send(progress).unwrap())
        .run(0..10_000);

    drop(end(run).await);

    assert!(shown.iter().count() <= 2);
}

#[tokio::test]
async fn a_callback_that_panics_loses_nothing() {
    let run = Bulk::new(|number: u64| async move { Ok(number) })
        .on_progress(Duration::ZERO, |_| panic!("a panic on purpose"))
        .run(0..1000);

    let ended = end(run).await;

    assert_eq!(ended.done(), (0..1000).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_callback_that_blocks_stops_nothing() {
    let (release, blocked) = mpsc::channel::<()>();
    let run = Bulk::new(|number: u64| async move { Ok(number) })
        .on_progress(Duration::ZERO, move |_| assert!(blocked.recv().is_err()))
        .run(0..1000);

    let ended = end(run).await;

    assert_eq!(ended.done().len(), 1000);
    drop(release);
}
