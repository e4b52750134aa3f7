//! Journals of bulk runs: files with any content.

use std::fs;

use futures_util::StreamExt as _;
use tempfile::NamedTempFile;
use trivore::users::{Bulk, FileJournal, JournalError, Reconciled, SyncPolicy};

use super::response::run;
use super::telling;

/// Checks that a journal can be continued, or that the error names the line and nothing is changed.
pub fn journals(input: &[u8]) {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, input).unwrap();
    let opened = run(FileJournal::open(file.path(), SyncPolicy::Never));
    let written = fs::read(&file).unwrap();
    let Ok(journal) = opened else {
        check_error(&opened.unwrap_err());
        assert_eq!(written, input, "a file that is no journal was changed");
        return;
    };
    // Only a line that was cut off is gone.
    let complete = input.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    assert!(complete == 0 || written == input[..complete]);

    // Every item that is recorded has another key, or none of these numbers.
    let (items, error) = run(async {
        let mut run = Bulk::new(|number: u64| async move { Ok(number) })
            .reconcile(|number, _| async move { Ok(Reconciled::Applied(number)) })
            .key(|number| format!("user-{number}"))
            .journal(journal)
            .run(0..4);
        let (mut items, mut error) = (0, None);
        while let Some(next) = run.next().await {
            match next {
                Ok(item) => items += usize::from(item.outcome.into_result().is_ok()),
                Err(failed) => error = Some(failed),
            }
        }
        (items, error)
    });
    assert!(items <= 4);
    if let Some(error) = error {
        telling::one_line(&error.to_string());
        let reason = error.get_ref().and_then(|reason| reason.downcast_ref::<JournalError>());
        assert!(reason.is_some_and(JournalError::is_other_input), "{error}");
    }
    let again = run(FileJournal::open(file.path(), SyncPolicy::Never));
    assert!(again.is_ok(), "it cannot be opened again: {again:?}");
}

fn check_error(error: &JournalError) {
    telling::one_line(&error.to_string());
    assert!(!error.is_locked());
    let is_of_first_line =
        ["not a journal", "version"].iter().any(|part| error.to_string().contains(part));
    assert!(is_of_first_line || error.line().is_some_and(|line| line > 1), "{error}");
}
