//! The journal's file: what it may contain, and who may open it.

use std::fs;
use std::path::PathBuf;

use futures_util::StreamExt as _;
use tempfile::TempDir;
use trivore::users::{Bulk, BulkOptions, FileJournal, JournalError, SyncPolicy};

use super::drive::end;

const HEADER: &str = "{\"journal\":\"trivore-bulk\",\"version\":1}\n";

struct Place {
    _folder: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("journal");
        Self { _folder: folder, path }
    }

    fn with(text: impl AsRef<[u8]>) -> Self {
        let place = Self::new();
        fs::write(&place.path, text).unwrap();
        place
    }

    async fn open(&self) -> Result<FileJournal, JournalError> {
        FileJournal::open(&self.path, SyncPolicy::Never).await
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    /// Runs five items.
    async fn run(&self) -> usize {
        let journal = self.open().await.unwrap();
        let run = Bulk::new(|number: u64| async move { Ok(number) }).key(u64::to_string);
        end(run.journal(journal).run(0..5)).await.items.len()
    }
}

#[tokio::test]
async fn a_new_journal_and_an_empty_file_are_the_same() {
    for place in [Place::new(), Place::with("")] {
        assert_eq!(place.run().await, 5);
        assert!(place.text().starts_with(HEADER));
        assert_eq!(place.text().lines().count(), 11);
        assert_eq!(place.run().await, 0);
    }
}

#[tokio::test]
async fn a_line_that_is_broken_is_an_error_with_its_number() {
    let whole = Place::new();
    whole.run().await;
    let text = whole.text();
    let lines: Vec<_> = text.lines().collect();
    for line in 1..lines.len() {
        for broken in ["", "{}", "x", &lines[line][1..], &lines[line].replace("number", "Number")] {
            let mut lines = lines.clone();
            lines[line] = broken;
            let broken = format!("{}\n", lines.join("\n"));
            let place = Place::with(&broken);

            let error = place.open().await.unwrap_err();

            assert_eq!(error.line(), Some(u64::try_from(line).unwrap() + 1), "{error}");
            assert_eq!(place.text(), broken, "the file was changed");
        }
    }
}

#[tokio::test]
async fn lines_that_contradict_each_other_are_an_error() {
    let whole = Place::new();
    whole.run().await;
    let text = whole.text();
    let lines: Vec<_> = text.lines().collect();
    let find = |part: &str| lines.iter().find(|line| line.contains(part)).unwrap();
    let (begun, done) = (
        find("\"number\":0,\"key\":\"0\",\"state\":\"begun\""),
        find("\"number\":0,\"key\":\"0\",\"state\":\"done\""),
    );
    for (lines, at) in
        [(vec![done], 2), (vec![begun, done, begun], 4), (vec![begun, done, done], 4)]
    {
        let lines: Vec<_> = lines.into_iter().map(|line| format!("{line}\n")).collect();
        let place = Place::with(format!("{HEADER}{}", lines.concat()));

        assert_eq!(place.open().await.unwrap_err().line(), Some(at));
    }
}

#[tokio::test]
async fn another_file_is_an_error_and_is_not_changed() {
    for text in [
        "username\nmaija\n",
        "username",
        "{",
        "{}\n",
        "\n",
        "{\"journal\":\"another\",\"version\":1}\n",
        "{\"journal\":\"trivore-bulk\",\"version\":1}\r\n",
        "\u{feff}{\"journal\":\"trivore-bulk\",\"version\":1}\n",
    ] {
        let place = Place::with(text);
        // The beginning of a first line was cut off.
        if HEADER.starts_with(text) {
            assert_eq!(place.run().await, 5);
            continue;
        }

        let error = place.open().await.unwrap_err();

        assert!(error.to_string().contains("not a journal"), "{text:?}: {error}");
        assert_eq!(place.text(), text);
    }
}

#[tokio::test]
async fn a_newer_version_is_an_error_that_names_it() {
    let place = Place::with("{\"journal\":\"trivore-bulk\",\"version\":2}\n{\"new\":true}\n");

    let error = place.open().await.unwrap_err();

    assert!(error.to_string().contains("version 2"), "{error}");
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_removed() {
    for rest in ["{", "{\"number\":9", "\0\0\0\0", "\u{fffd}"] {
        let place = Place::new();
        place.run().await;
        let whole = place.text();
        fs::write(&place.path, format!("{whole}{rest}")).unwrap();

        assert_eq!(place.run().await, 0);

        assert_eq!(place.text(), whole);
    }
}

#[tokio::test]
async fn a_folder_or_a_file_that_may_not_be_written_is_an_error() {
    let folder = TempDir::new().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing/journal")] {
        let error = FileJournal::open(&path, SyncPolicy::Never).await.unwrap_err();

        assert!(error.to_string().contains("open"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_is_larger_than_the_memory_does_not_fill_it() {
    // A file of zeros that occupies no space.
    let place = Place::new();
    let file = fs::File::create(&place.path).unwrap();
    file.set_len(1 << 40).unwrap();
    drop(file);

    let error = place.open().await.unwrap_err();

    assert!(error.to_string().contains("not a journal"), "{error}");
}

#[tokio::test]
async fn a_line_that_is_too_long_is_an_error() {
    let place = Place::with(format!("{HEADER}{}", "x".repeat(3 << 20)));

    assert_eq!(place.open().await.unwrap_err().line(), Some(2));
}

#[tokio::test]
async fn a_key_that_is_too_long_is_an_error_before_its_item_begins() {
    let place = Place::new();
    let run = Bulk::new(|length: usize| async move { Ok(length) })
        .key(|length| "x".repeat(*length))
        .options(BulkOptions::new().concurrency(1))
        .journal(place.open().await.unwrap())
        .run([1_000_000, 1_048_576]);

    let ended = end(run).await;

    assert_eq!((ended.done(), ended.report.not_begun_from()), (vec![0], Some(1)));
    assert!(ended.error.unwrap().to_string().contains("too long"));
    // The file can still be used.
    assert!(place.open().await.is_ok());
}

#[tokio::test]
async fn two_runs_cannot_use_a_file_at_the_same_time() {
    let place = Place::new();
    let first = place.open().await.unwrap();

    assert!(place.open().await.unwrap_err().is_locked());
    drop(first);

    assert!(place.open().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_can_be_opened_as_soon_as_its_run_is_dropped() {
    let place = Place::new();
    for length in 0..50 {
        let journal = place.open().await.unwrap();
        let mut run = Bulk::new(|number: u64| async move { Ok(number) })
            .key(u64::to_string)
            .journal(journal)
            .run(0..1000);
        for _ in 0..length {
            drop(run.next().await);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_journal_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |place: &Place| fs::metadata(&place.path).unwrap().permissions().mode() & 0o777;
    let (place, shared) = (Place::new(), Place::with(""));
    fs::set_permissions(&shared.path, fs::Permissions::from_mode(0o664)).unwrap();

    place.run().await;
    shared.run().await;

    assert_eq!(mode(&place), 0o600);
    // What someone has set for a file is not changed.
    assert_eq!(mode(&shared), 0o664);
    place.run().await;
    assert_eq!(mode(&place), 0o600);
}

#[test]
fn outside_of_a_runtime_a_file_is_an_error() {
    use futures_util::FutureExt as _;
    let place = Place::new();

    let opened = place.open().now_or_never().unwrap();

    assert!(opened.is_err());
}
