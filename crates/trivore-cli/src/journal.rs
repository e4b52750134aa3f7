//! Journals of commands that can be resumed.

use std::path::{Path, PathBuf};

use trivore::Error;
use trivore::users::{FileJournal, JournalError, SyncPolicy};

use crate::failure::{Failure, FailureKind};

/// Returns the path of the journal beside a file.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".journal");
    path.into()
}

/// Opens a journal.
pub(crate) async fn open(path: &Path) -> Result<FileJournal, JournalError> {
    // A record is on the disk before its request leaves, so that it survives a power cut.
    FileJournal::open(path, SyncPolicy::EachRecord).await
}

/// Says that there is no journal to resume; `begun` is what begins without `--resume`.
pub(crate) fn missing(path: &Path, begun: &str) -> Failure {
    Failure::usage(format!("there is no journal {} to resume", path.display()))
        .note(format!("Leave out --resume to begin{begun}."))
}

/// What records a journal, in messages.
pub(crate) struct JournalUser {
    /// Such as `import`.
    pub(crate) run: &'static str,
    /// Such as `this file`.
    pub(crate) input: &'static str,
    /// What to do if the journal is that of another input.
    pub(crate) advice: &'static str,
}

impl JournalUser {
    /// Says why a run ended before its last item.
    pub(crate) fn run_failure(&self, journal: Option<&Path>, error: &Error) -> Failure {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<JournalError>());
        match (journal, cause) {
            (Some(path), Some(error)) => self.failure(path, error),
            _ => Failure::new(FailureKind::Other, Failure::of(error).message()),
        }
    }

    /// Says why a journal cannot be used.
    pub(crate) fn failure(&self, path: &Path, error: &JournalError) -> Failure {
        let (name, Self { run, input, advice }) = (path.display(), self);
        if error.is_other_input() {
            let message = format!("the journal {name} is not that of {input}: {error}");
            return Failure::usage(message).note(*advice);
        }
        if error.is_locked() {
            let message = format!("another {run} uses the journal {name}");
            return Failure::new(FailureKind::Other, message);
        }
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        let message =
            format!("cannot use the journal {name}: {error}{}", cause.unwrap_or_default());
        Failure::new(FailureKind::Other, message)
    }
}
