//! Runs that continue where a journal ends.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt as _;
use trivore::Error;
use trivore::users::RecordedState::{Begun, Done, NotApplied, Refused, Unknown};
use trivore::users::{
    Bulk, BulkOptions, Journal as _, JournalError, JournalRecord, Reconciled, RecordedState,
};

use super::drive::{Ended, end, lost, refused};
use super::in_memory::InMemory;

/// Makes a journal in which each item has these states.
async fn journal(items: &[&[RecordedState]]) -> InMemory {
    let journal = InMemory::default();
    for (number, states) in (0..).zip(items) {
        let record = |state: &RecordedState| {
            let key = format!("k{number}").into();
            JournalRecord { number, key, state: *state, time: SystemTime::UNIX_EPOCH }
        };
        journal.append(states.iter().map(record).collect()).await.unwrap();
    }
    journal
}

type Seen = Arc<Mutex<Vec<u64>>>;

/// Makes a run that notes which items it applies.
fn bulk(seen: &Seen) -> Bulk<u64, &'static str> {
    let seen = Arc::clone(seen);
    let bulk = Bulk::new(move |number: u64| {
        seen.lock().unwrap().push(number);
        async { Ok("applied now") }
    });
    bulk.key(|number| format!("k{number}"))
}

fn applied(seen: &Seen) -> Vec<u64> {
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen
}

const ITEMS: [&[RecordedState]; 5] =
    [&[Begun, Done], &[Begun, Refused], &[Begun, NotApplied], &[Begun, Unknown], &[Begun]];

#[tokio::test]
async fn what_is_settled_is_skipped_and_what_is_unknown_is_never_repeated() {
    let (journal, seen) = (journal(&ITEMS).await, Seen::default());

    let ended = end(bulk(&seen).journal(journal.clone()).run(0..7)).await;

    assert_eq!(applied(&seen), [2, 5, 6]);
    assert_eq!((ended.done(), ended.unknown()), (vec![2, 5, 6], vec![3, 4]));
    assert_eq!(ended.report.progress.skipped, 2);
    assert_eq!(journal.states(2), [Begun, NotApplied, Begun, Done]);
    // There is nothing new to say about these.
    assert_eq!((journal.states(3), journal.states(4)), (vec![Begun, Unknown], vec![Begun]));
    for item in ended.items.into_iter().filter(|item| [3, 4].contains(&item.number)) {
        assert!(item.outcome.into_result().unwrap_err().may_have_been_applied());
    }
}

#[tokio::test]
async fn refused_items_are_repeated_if_wanted() {
    let (journal, seen) = (journal(&ITEMS).await, Seen::default());
    let options = BulkOptions::new().repeat_refused();

    let ended = end(bulk(&seen).options(options).journal(journal.clone()).run(0..5)).await;

    assert_eq!(applied(&seen), [1, 2]);
    assert_eq!(ended.report.progress.skipped, 1);
    assert_eq!(journal.states(1), [Begun, Refused, Begun, Done]);
}

#[tokio::test]
async fn a_second_resume_has_nothing_left_to_do() {
    let (journal, seen) = (journal(&ITEMS[..3]).await, Seen::default());
    end(bulk(&seen).journal(journal.clone()).run(0..100)).await;
    seen.lock().unwrap().clear();

    let ended = end(bulk(&seen).journal(journal).run(0..100)).await;

    assert!(ended.items.is_empty() && applied(&seen).is_empty());
    assert_eq!(ended.report.progress.skipped, 100);
}

/// Resumes five items, with this result of the look-up for each.
async fn reconciled(
    found: impl Fn(u64) -> trivore::Result<Reconciled<&'static str>> + Send + Sync + 'static,
) -> (Ended<&'static str>, Vec<u64>, Vec<u64>, InMemory) {
    let (journal, seen, asked) = (journal(&ITEMS).await, Seen::default(), Seen::default());
    let asking = Arc::clone(&asked);
    let run = bulk(&seen)
        .reconcile(move |number, _| {
            asking.lock().unwrap().push(number);
            std::future::ready(found(number))
        })
        .journal(journal.clone())
        .run(0..5);

    let ended = end(run).await;

    (ended, applied(&asked), applied(&seen), journal)
}

#[tokio::test]
async fn what_was_applied_is_done_without_a_second_call() {
    let (ended, asked, applied, journal) =
        reconciled(|_| Ok(Reconciled::Applied("applied before"))).await;

    assert_eq!((asked, applied), (vec![3, 4], vec![2]));
    assert_eq!(ended.done(), [2, 3, 4]);
    assert_eq!(journal.states(3), [Begun, Unknown, Done]);
    assert_eq!(journal.states(4), [Begun, Done]);
    for item in ended.items {
        let expected = if item.number == 2 { "applied now" } else { "applied before" };
        assert_eq!(item.outcome.into_result().unwrap(), expected);
    }
}

#[tokio::test]
async fn what_was_not_applied_is_applied_now() {
    let (ended, asked, applied, journal) = reconciled(|_| Ok(Reconciled::NotApplied)).await;

    assert_eq!((asked, applied), (vec![3, 4], vec![2, 3, 4]));
    assert_eq!(ended.done(), [2, 3, 4]);
    assert_eq!(journal.states(4), [Begun, Done]);
}

#[tokio::test]
async fn what_cannot_be_told_stays_unknown() {
    let (ended, asked, applied, journal) = reconciled(|number| match number {
        3 => Ok(Reconciled::Unknown),
        _ => Err(Error::connect("nobody listens")),
    })
    .await;

    assert_eq!((asked, applied), (vec![3, 4], vec![2]));
    assert_eq!((ended.done(), ended.unknown()), (vec![2], vec![3, 4]));
    assert_eq!(journal.states(4), [Begun]);
    for item in ended.items.into_iter().filter(|item| item.number > 2) {
        assert!(item.outcome.into_result().unwrap_err().may_have_been_applied());
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_looked_up_in_the_same_run() {
    // The first call for an item is lost, after it was applied or before.
    let (calls, journal) = (Seen::default(), InMemory::default());
    let calling = Arc::clone(&calls);
    let run = Bulk::new(move |number: u64| {
        let mut calls = calling.lock().unwrap();
        let is_first = !calls.contains(&number);
        calls.push(number);
        async move { if is_first { lost() } else { Ok("the second time") } }
    })
    .reconcile(|number, _| async move {
        Ok(match number % 2 {
            0 => Reconciled::Applied("the first time"),
            _ => Reconciled::NotApplied,
        })
    })
    .key(u64::to_string)
    .journal(journal.clone())
    .run(0..4);

    let ended = end(run).await;

    assert_eq!(applied(&calls), [0, 1, 1, 2, 3, 3]);
    assert_eq!(ended.done(), [0, 1, 2, 3]);
    assert!((0..4).all(|number| journal.states(number) == [Begun, Done]));
}

#[tokio::test]
async fn an_item_that_is_lost_again_and_again_is_unknown_in_the_end() {
    let calls = Seen::default();
    let calling = Arc::clone(&calls);
    let run = Bulk::new(move |number: u64| {
        calling.lock().unwrap().push(number);
        async { lost::<()>() }
    })
    .reconcile(|_, _| async { Ok(Reconciled::NotApplied) })
    .run([7]);

    assert_eq!(end(run).await.unknown(), [0]);
    assert_eq!(applied(&calls).len(), 4);
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "a journal has times by the clock of the machine")]
async fn a_look_up_knows_how_long_ago_the_first_request_left() {
    let (journal, minute) = (InMemory::default(), Duration::from_secs(60));
    let (now, hour) = (SystemTime::now(), 60 * minute);
    let record = |number, state, time| JournalRecord { number, key: "k".into(), state, time };
    let records = vec![
        record(0, Begun, now - 3 * hour),
        record(0, Unknown, now - 2 * hour),
        record(1, Begun, now - 3 * hour),
        record(1, NotApplied, now - 2 * hour),
        record(1, Begun, now - hour),
        // By a clock that was set back since.
        record(2, Begun, now + hour),
    ];
    journal.append(records).await.unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let asking = Arc::clone(&asked);
    let run =
        Bulk::new(move |number: u64| async move {
            tokio::time::sleep(minute).await;
            if number == 3 { lost() } else { Ok(()) }
        })
        .reconcile(move |number, ago| {
            let mut asked = asking.lock().unwrap();
            asked.push((number, ago));
            let is_first = asked.iter().filter(|(other, _)| *other == number).count() == 1;
            async move {
                if is_first { Ok(Reconciled::NotApplied) } else { Ok(Reconciled::Applied(())) }
            }
        })
        .key(|_| "k".to_owned())
        .journal(journal.clone())
        .run(0..4);

    let ended = end(run).await;

    assert_eq!(ended.done(), [0, 1, 2, 3]);
    let asked = asked.lock().unwrap();
    let expected = [(0, 3 * hour), (1, hour), (2, Duration::MAX), (3, minute), (3, 2 * minute)];
    assert_eq!(asked.len(), expected.len(), "{asked:?}");
    for ((number, ago), (expected_number, expected)) in asked.iter().zip(expected) {
        assert_eq!(*number, expected_number);
        let latest = expected.saturating_add(2 * minute);
        assert!((expected..=latest).contains(ago), "{number}: {ago:?}");
    }
}

#[tokio::test]
async fn a_repetition_that_is_refused_is_looked_up_once_more() {
    // Whether the first request was applied after the first look-up.
    for is_late in [true, false] {
        let (calls, looks) = (Seen::default(), Seen::default());
        let (calling, looking) = (Arc::clone(&calls), Arc::clone(&looks));
        let run =
            Bulk::new(move |number: u64| {
                let mut calls = calling.lock().unwrap();
                calls.push(number);
                let is_first = calls.len() == 1;
                async move { if is_first { lost() } else { refused() } }
            })
            .reconcile(move |number, _| {
                let mut looks = looking.lock().unwrap();
                looks.push(number);
                let is_there = is_late && looks.len() == 2;
                async move {
                    Ok(if is_there { Reconciled::Applied(()) } else { Reconciled::NotApplied })
                }
            })
            .run([7]);

        let ended = end(run).await;

        assert_eq!((applied(&calls).len(), applied(&looks).len()), (2, 2));
        assert_eq!(ended.done().len(), usize::from(is_late));
        assert_eq!(ended.refused().len(), usize::from(!is_late));
    }
}

fn journal_error(error: &Error) -> &JournalError {
    error.get_ref().unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn another_item_at_the_same_number_is_an_error() {
    let (journal, seen) = (journal(&ITEMS).await, Seen::default());
    let run = bulk(&seen).journal(journal).run([0, 1, 2, 4, 3]);

    let ended = end(run).await;

    let error = ended.error.unwrap();
    assert!(journal_error(&error).is_other_input(), "{error}");
    assert!(error.to_string().contains("item 3"), "{error}");
    // What had begun before is finished, and nothing of the rest begins.
    assert!(applied(&seen).iter().all(|number| *number == 2));
}

#[tokio::test]
async fn an_input_that_ends_too_early_is_an_error() {
    let (journal, seen) = (journal(&ITEMS).await, Seen::default());

    let ended = end(bulk(&seen).journal(journal).run(0..3)).await;

    assert!(journal_error(&ended.error.unwrap()).is_other_input());
    assert_eq!(applied(&seen), [2]);
}

#[tokio::test]
async fn new_items_at_the_end_of_the_input_are_no_error() {
    let seen = Seen::default();
    let journal = journal(&ITEMS[..3]).await;

    let ended = end(bulk(&seen).journal(journal).run(0..6)).await;

    assert!(ended.error.is_none());
    assert_eq!(applied(&seen), [2, 3, 4, 5]);
}

#[tokio::test]
async fn open_items_of_a_key_are_settled_before_later_ones_begin() {
    let journal = InMemory::default();
    let time = SystemTime::UNIX_EPOCH;
    let record = JournalRecord { number: 0, key: "a".into(), state: Begun, time };
    journal.append(vec![record]).await.unwrap();
    let seen = Seen::default();
    let (asking, calling) = (Arc::clone(&seen), Arc::clone(&seen));
    let run = Bulk::new(move |number: u64| {
        calling.lock().unwrap().push(number);
        async { Ok(()) }
    })
    .reconcile(move |number, _| {
        let asking = Arc::clone(&asking);
        async move {
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            asking.lock().unwrap().push(number + 100);
            Ok(Reconciled::Applied(()))
        }
    })
    .key(|_| "a".to_owned())
    .journal(journal)
    .run(0..2);

    assert_eq!(run.count().await, 2);

    assert_eq!(*seen.lock().unwrap(), [100, 1]);
}

#[tokio::test]
async fn millions_of_settled_items_do_not_stop_other_tasks() {
    let journal = InMemory::default();
    for number in 0..20_000 {
        let (key, time): (Arc<str>, _) = (format!("k{number}").into(), SystemTime::UNIX_EPOCH);
        let record = |state| JournalRecord { number, key: Arc::clone(&key), state, time };
        journal.append(vec![record(Begun), record(Done)]).await.unwrap();
    }
    let seen = Seen::default();
    let mut run = bulk(&seen).journal(journal).run(0..20_000);
    let polls = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&polls);
    let other = tokio::spawn(async move {
        loop {
            *counted.lock().unwrap() += 1;
            tokio::task::yield_now().await;
        }
    });

    assert!(run.next().await.is_none());
    other.abort();

    assert!(*polls.lock().unwrap() >= 10);
}
