//! What a run records, and what happens if it cannot.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use http::Method;
use serde_json::json;
use tempfile::TempDir;
use trivore::Error;
use trivore::models::{Names, User};
use trivore::users::RecordedState::{Begun, Done, NotApplied, Refused, Unknown};
use trivore::users::{Bulk, BulkOptions, BulkStop, FileJournal, SyncPolicy};
use trivore_sandbox::Fault;
use trivore_tests::Fixture;

use super::drive::{end, lost, refused};
use super::in_memory::InMemory;

#[tokio::test]
async fn an_item_is_recorded_before_it_begins_and_before_its_outcome_is_yielded() {
    for policy in [
        SyncPolicy::Never,
        SyncPolicy::EachRecord,
        SyncPolicy::Every(3),
        SyncPolicy::Interval(std::time::Duration::ZERO),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal");
        let has = |path: &std::path::Path, number: u32, state: &str| {
            let line = format!("{{\"number\":{number},\"key\":\"k{number}\",\"state\":\"{state}\"");
            fs::read_to_string(path).unwrap().contains(&line)
        };
        let journal = FileJournal::open(&path, policy).await.unwrap();
        let seen = path.clone();
        let mut run = Bulk::new(move |number: u32| {
            assert!(has(&seen, number, "begun"), "{number} has begun without a record");
            async move { Ok(number) }
        })
        .key(|number| format!("k{number}"))
        .journal(journal)
        .run(0..50);

        while let Some(item) = run.next().await {
            let number = item.unwrap().outcome.into_result().unwrap();
            assert!(has(&path, number, "done"), "{number} has ended without a record");
        }
    }
}

#[tokio::test]
async fn each_outcome_is_recorded_as_what_it_is() {
    let fixture = Fixture::start().await;
    fixture.add_user(json!({"username": "taken"}));
    let forbidden = Fault::status(403).on(Method::POST, "/user").skip(2).once();
    fixture.sandbox().inject(forbidden).unwrap();
    let (users, journal) = (fixture.users().clone(), InMemory::default());
    let run = Bulk::new(move |name: &'static str| {
        let users = users.clone();
        async move {
            match name {
                "lost" => lost(),
                "invalid" => refused(),
                "down" => Err(Error::connect("nobody listens")),
                name => {
                    let mut user = User::new();
                    user.username = Some(name.to_owned());
                    users.create(&user).await.map(drop)
                }
            }
        }
    })
    .options(BulkOptions::new().concurrency(1))
    .key(|name| (*name).to_owned())
    .journal(journal.clone())
    .run(["maija", "taken", "matti", "lost", "invalid", "down"]);

    drop(end(run).await);

    let expected = [Done, Refused, NotApplied, Unknown, Refused, NotApplied];
    for (number, state) in (0..).zip(expected) {
        assert_eq!(journal.states(number), [Begun, state], "{number}");
    }
}

#[tokio::test]
async fn a_journal_holds_keys_and_nothing_else_of_an_item() {
    let fixture = Fixture::start().await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal");
    fixture.add_user(json!({"username": "canary-taken"}));
    let users = fixture.users().clone();
    let run = Bulk::new(move |user: User| {
        let users = users.clone();
        async move { users.create(&user).await }
    })
    .key(|user| user.username.as_ref().map(String::len).unwrap_or_default().to_string())
    .journal(FileJournal::open(&path, SyncPolicy::Never).await.unwrap())
    .run(["canary-maija", "canary-taken"].map(|name| {
        let mut user = User::new();
        user.username = Some(name.to_owned());
        user.name = Some(Names::new("Canary", "Canary"));
        user.password = Some("Canary-Secret-42".into());
        user
    }));

    let ended = end(run).await;

    assert_eq!((ended.done(), ended.refused()), (vec![0], vec![1]));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 5);
    assert!(!text.to_lowercase().contains("canary"), "{text}");
    assert!(!format!("{:?}", ended.items).to_lowercase().contains("canary-maija"));
}

#[tokio::test]
async fn a_panic_leaves_the_item_unknown_in_the_journal() {
    let journal = InMemory::default();
    let run = Bulk::new(|_: u32| async { panic!("a panic on purpose") })
        .key(u32::to_string)
        .journal(journal.clone())
        .run([1]);

    assert_eq!(end::<u32, ()>(run).await.unknown(), [0]);

    assert_eq!(journal.states(0), [Begun, Unknown]);
}

#[tokio::test]
async fn a_journal_without_keys_is_an_error_before_anything_begins() {
    let run = Bulk::new(|_: u32| async { Ok(()) }).journal(InMemory::default()).run([1]);

    let ended = end(run).await;

    assert!(ended.error.unwrap().is_invalid_input());
    assert!(ended.items.is_empty());
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_stops_the_run_before_more_begin() {
    for room in 0..60 {
        let journal = InMemory::with_room(room);
        let begun = Arc::<Mutex<Vec<u64>>>::default();
        let (seen, recorded) = (Arc::clone(&begun), journal.clone());
        let run = Bulk::new(move |number: u64| {
            assert!(recorded.states(number).contains(&Begun), "{number} runs unrecorded");
            seen.lock().unwrap().push(number);
            async move {
                for _ in 0..number % 4 {
                    tokio::task::yield_now().await;
                }
                Ok(number)
            }
        })
        .options(BulkOptions::new().concurrency(5))
        .key(u64::to_string)
        .journal(journal)
        .run(0..50);

        let ended = end(run).await;

        let error = ended.error.as_ref().unwrap();
        assert_eq!(error.to_string(), "no space left");
        assert_eq!(ended.report.stopped, Some(BulkStop::Error));
        // Every item that has begun has its outcome, and every other one is reported.
        let mut begun = begun.lock().unwrap().clone();
        begun.sort_unstable();
        assert_eq!(ended.done(), begun);
        let report = ended.report;
        assert_eq!(report.not_begun(), Some(50 - u64::try_from(begun.len()).unwrap()));
        let unread_from = report.unread_from.unwrap();
        let mut all = [begun, report.waiting, (unread_from..50).collect()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_dropped_run_says_nothing_false_in_the_journal() {
    let journal = InMemory::default();
    let ended = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&ended);
    let mut run = Bulk::new(move |number: u64| {
        let counted = Arc::clone(&counted);
        async move {
            for _ in 0..number {
                tokio::task::yield_now().await;
            }
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(number)
        }
    })
    .key(u64::to_string)
    .journal(journal.clone())
    .run(0..100);
    for _ in 0..20 {
        run.next().await.unwrap().unwrap();
    }

    drop(run);
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }

    let done = journal.records().iter().filter(|(_, state)| *state == Done).count();
    assert!((20..=ended.load(Ordering::SeqCst)).contains(&done), "{done} of {ended:?}");
    assert!(journal.records().iter().all(|(_, state)| matches!(state, Begun | Done)));
}
