//! The journal of an application of a plan.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::journal::{self, JournalUser};

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
        (false, true) => Err(journal::missing(path, "")),
        _ => Ok(()),
    }
}

/// Returns the path of a file beside a journal, for a user that may lose fields.
pub(super) fn saved_user(journal: &Path) -> PathBuf {
    let mut path = journal.as_os_str().to_owned();
    path.push(".user");
    path.into()
}

/// What messages say of the journal.
pub(super) const USER: JournalUser = JournalUser {
    run: "run",
    input: "this plan",
    advice: "Resume with the plan that was begun, or remove the journal.",
};
