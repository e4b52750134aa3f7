//! The journal of an application of a plan.

use std::path::{Path, PathBuf};

use trivore::users::{FileJournal, JournalError, SyncPolicy};

use crate::failure::{Failure, FailureKind};

/// Returns the given path of a journal, or one beside the plan.
pub(super) fn path(given: Option<&PathBuf>, plan: &Path) -> PathBuf {
    given.cloned().unwrap_or_else(|| {
        let mut path = plan.as_os_str().to_owned();
        path.push(".journal");
        path.into()
    })
}

/// Checks that a journal exists if and only if the run is resumed.
pub(super) fn check(path: &Path, is_resumed: bool) -> Result<(), Failure> {
    match (path.exists(), is_resumed) {
        (true, false) => {
            let message = format!("there is a journal of an earlier run: {}", path.display());
            Err(Failure::usage(message)
                .note("Go on with --resume, if it was a run of this plan.")
                .note(
                    "Otherwise remove the journal: users who are as planned already are not \
                     written again.",
                ))
        }
        (false, true) => {
            Err(Failure::usage(format!("there is no journal {} to resume", path.display()))
                .note("Leave out --resume to begin."))
        }
        _ => Ok(()),
    }
}

pub(super) async fn open(path: &Path) -> Result<FileJournal, Failure> {
    // A record is on the disk before its request leaves, so that it survives a power cut.
    FileJournal::open(path, SyncPolicy::EachRecord).await.map_err(|error| failure(path, &error))
}

/// Says why a journal cannot be used.
pub(super) fn failure(path: &Path, error: &JournalError) -> Failure {
    let name = path.display();
    if error.is_other_input() {
        return Failure::usage(format!("the journal {name} is not that of this plan: {error}"))
            .note("Resume with the plan that was begun, or remove the journal.");
    }
    if error.is_locked() {
        let message = format!("another run uses the journal {name}");
        return Failure::new(FailureKind::Other, message);
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    let message = format!("cannot use the journal {name}: {error}{}", cause.unwrap_or_default());
    Failure::new(FailureKind::Other, message)
}
