//! A journal that was cut off at any byte.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use trivore::Result;
use trivore::users::{Bulk, BulkOptions, FileJournal, Reconciled, SyncPolicy};

use super::drive::{end, lost, refused};

/// What a server has applied, and how often.
type Applied = Arc<Mutex<BTreeMap<u64, usize>>>;

fn apply(server: &Applied, number: u64) -> Result<()> {
    // The fifth is refused, and of every third one the response is lost.
    if number == 5 {
        return refused();
    }
    *server.lock().unwrap().entry(number).or_default() += 1;
    if number.is_multiple_of(3) { lost() } else { Ok(()) }
}

fn bulk(server: &Applied) -> Bulk<u64, ()> {
    let (server, asked) = (Arc::clone(server), Arc::clone(server));
    Bulk::new(move |number: u64| {
        let result = apply(&server, number);
        async { result }
    })
    .reconcile(move |number, _| {
        let is_applied = asked.lock().unwrap().contains_key(&number);
        async move { Ok(if is_applied { Reconciled::Applied(()) } else { Reconciled::NotApplied }) }
    })
    .options(BulkOptions::new().concurrency(3))
    .key(|number| format!("käyttäjä-{number}"))
}

#[tokio::test]
async fn a_run_cut_off_at_any_byte_continues_without_doubling_or_losing_anything() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let journal = FileJournal::open(&path, SyncPolicy::Never).await.unwrap();
    end(bulk(&Applied::default()).journal(journal).run(0..12)).await;
    let whole = fs::read(&path).unwrap();

    for length in 0..=whole.len() {
        let cut = &whole[..length];
        fs::write(&path, cut).unwrap();
        // At most what was recorded as begun has been applied.
        let server = Applied::default();
        let complete = &cut[..cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)];
        let complete = str::from_utf8(complete).unwrap();
        for number in 0..12 {
            let begun =
                format!("{{\"number\":{number},\"key\":\"käyttäjä-{number}\",\"state\":\"begun\"");
            if complete.contains(&begun) {
                drop(apply(&server, number));
            }
        }

        let journal = FileJournal::open(&path, SyncPolicy::Never).await.unwrap();
        let ended = end(bulk(&server).journal(journal).run(0..12)).await;

        assert!(ended.error.is_none(), "cut at {length}: {:?}", ended.error);
        assert!(ended.unknown().is_empty(), "cut at {length}");
        let once: BTreeMap<_, _> =
            (0..12).filter(|number| *number != 5).map(|number| (number, 1)).collect();
        assert_eq!(*server.lock().unwrap(), once, "cut at {length}");
        let progress = ended.report.progress;
        assert_eq!(progress.finished() + progress.skipped, 12, "cut at {length}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(complete) && text.ends_with('\n'), "cut at {length}");
    }
}
