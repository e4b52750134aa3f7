//! What earlier runs of an import have done, by its journal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trivore::users::{
    FileJournal, Journal as _, JournalError, JournalRecord, JournalState, RecordedState,
};

use super::on_exists::OnExists;
use crate::failure::{Failure, FailureKind};
use crate::journal::{self, JournalUser};
use crate::plural::counted;

/// What earlier runs have done.
pub(super) struct EarlierRuns {
    state: JournalState,
    done: u64,
    /// Rows that were refused.
    pub(super) refused: u64,
    /// Rows that may have been applied.
    open: u64,
}

/// A journal that no other import can use meanwhile.
pub(super) struct LockedJournal {
    path: PathBuf,
    journal: FileJournal,
    pub(super) earlier: EarlierRuns,
}

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

impl LockedJournal {
    /// Opens a journal, and reads what it says about the rows of a file.
    pub(super) async fn open(path: &Path, rows: u64) -> Result<Self, Failure> {
        let journal = journal::open(path).await.map_err(|error| USER.failure(path, &error))?;
        let state = journal.load().await.map_err(|error| {
            Failure::new(FailureKind::Other, format!("{}: {error}", path.display()))
        })?;
        Ok(Self { path: path.to_owned(), journal, earlier: EarlierRuns::new(state, rows) })
    }

    /// Removes the journal, while it is locked.
    pub(super) fn remove(self) {
        // What is left of it does no harm.
        let _ = fs::remove_file(&self.path);
    }

    /// Removes the journal if no row has begun.
    pub(super) fn remove_if_empty(self) {
        if self.earlier.is_empty() {
            self.remove();
        }
    }

    /// Replaces the journal by an empty one.
    pub(super) async fn replace(self) -> Result<Self, Failure> {
        if self.earlier.is_empty() {
            return Ok(self);
        }
        let Self { path, journal, .. } = self;
        fs::remove_file(&path)
            .map_err(|error| Failure::io(format!("cannot remove {}", path.display()), error))?;
        drop(journal);
        Self::open(&path, 0).await
    }

    pub(super) fn into_parts(self) -> (FileJournal, EarlierRuns) {
        (self.journal, self.earlier)
    }

    /// Checks that all rows may be sent again, though nobody has asked for it.
    pub(super) fn check_new(&self, on_exists: OnExists, unnamed: u64) -> Result<(), Failure> {
        let EarlierRuns { done, open, .. } = self.earlier;
        // A user with a name is not created twice.
        let may_repeat = on_exists != OnExists::Fail && unnamed == 0;
        if open == 0 && (done == 0 || may_repeat) {
            return Ok(());
        }
        let settled = if open == 0 { String::new() } else { format!(" and {open} unknown") };
        let message =
            format!("{} has an earlier import: {done} done{settled}", self.path.display());
        let mut failure = Failure::usage(message)
            .note("Go on with --resume: rows that are done are not sent again.");
        if unnamed > 0 {
            let rows = counted(unnamed, "row");
            failure = failure.note(format!("To send all rows again would create {rows} again."));
        }
        Err(failure.note("Begin anew with --restart: all rows are sent again."))
    }
}

/// What messages say of the journal.
pub(super) const USER: JournalUser = JournalUser {
    run: "import",
    input: "this file",
    advice: "Resume with the file that the import began with, or name its journal.",
};

impl EarlierRuns {
    fn new(state: JournalState, rows: u64) -> Self {
        let mut earlier = Self { state, done: 0, refused: 0, open: 0 };
        for number in 0.. {
            match earlier.state.get(number) {
                Some(RecordedState::Done) => earlier.done += 1,
                Some(RecordedState::Refused) => earlier.refused += 1,
                Some(RecordedState::Begun | RecordedState::Unknown) => earlier.open += 1,
                None if number >= rows => break,
                _ => {}
            }
        }
        earlier
    }

    fn is_empty(&self) -> bool {
        // Rows begin in their order.
        self.state.get(0).is_none()
    }

    /// Checks that a row has the key that the journal has for it.
    pub(super) fn check_key(&mut self, row: u64, key: &str) -> Result<(), JournalError> {
        let Some(number) = row.checked_sub(1).filter(|number| self.state.get(*number).is_some())
        else {
            return Ok(());
        };
        // Another record of the row is valid only with the same key.
        let (key, state, time) = (key.into(), RecordedState::Begun, SystemTime::UNIX_EPOCH);
        match self.state.add(&JournalRecord { number, key, state, time }) {
            Err(error) if error.is_other_input() => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns what the journal says about a row.
    pub(super) fn of_row(&self, row: u64) -> Option<RecordedState> {
        self.state.get(row.checked_sub(1)?)
    }
}
