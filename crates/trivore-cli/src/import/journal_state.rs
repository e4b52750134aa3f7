//! The journal of an import.

use std::path::{Path, PathBuf};

use super::on_exists::OnExists;
use crate::failure::Failure;
use crate::journal::{self, JournalUser};
use crate::locked_journal::{EarlierRuns, LockedJournal};
use crate::plural::counted;

/// Returns the path of a journal: the given one, or one beside the file, if the input is a file.
pub(super) fn path(given: Option<&PathBuf>, file: &Path) -> Option<PathBuf> {
    // A pipe cannot be read again.
    let is_stream = file.as_os_str() == "-" || (file.exists() && !file.is_file());
    if given.is_some() || is_stream {
        return given.cloned();
    }
    Some(journal::beside(file))
}

/// Checks that there is a journal if the import is resumed.
pub(super) fn check(path: Option<&Path>, is_resumed: bool) -> Result<(), Failure> {
    match path {
        None if is_resumed => {
            Err(Failure::usage("an import of standard input has no journal to resume")
                .note("Say where the journal is with --journal FILE."))
        }
        Some(path) if is_resumed && !path.exists() => Err(journal::missing(path, " the import")
            .note("An import that has done all rows leaves no journal.")),
        _ => Ok(()),
    }
}

/// Checks that all rows may be sent again, though nobody has asked for it.
pub(super) fn check_new(
    locked: &LockedJournal,
    on_exists: OnExists,
    unnamed: u64,
) -> Result<(), Failure> {
    let EarlierRuns { done, open, .. } = locked.earlier;
    // A user with a name is not created twice.
    let may_repeat = on_exists != OnExists::Fail && unnamed == 0;
    if open == 0 && (done == 0 || may_repeat) {
        return Ok(());
    }
    let settled = if open == 0 { String::new() } else { format!(" and {open} unknown") };
    let message =
        format!("{} has an earlier import: {done} done{settled}", locked.path().display());
    let mut failure =
        Failure::usage(message).note("Go on with --resume: rows that are done are not sent again.");
    if unnamed > 0 {
        let rows = counted(unnamed, "row");
        failure = failure.note(format!("To send all rows again would create {rows} again."));
    }
    Err(failure.note("Begin anew with --restart: all rows are sent again."))
}

/// What messages say of the journal.
pub(super) const USER: JournalUser = JournalUser {
    run: "import",
    input: "this file",
    advice: "Resume with the file that the import began with, or name its journal.",
};
