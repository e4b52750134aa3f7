//! What earlier runs of an import have done, by its journal.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trivore::users::{
    FileJournal, Journal as _, JournalError, JournalRecord, JournalState, RecordedState,
};

use crate::failure::{Failure, FailureKind};
use crate::journal::{self, JournalUser};

/// What earlier runs have done.
pub(super) struct EarlierRuns {
    state: JournalState,
    /// Rows that were refused.
    pub(super) refused: u64,
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

/// Checks that a journal exists only if the import is resumed.
pub(super) fn check(path: Option<&Path>, is_resumed: bool) -> Result<(), Failure> {
    match path {
        None if is_resumed => {
            Err(Failure::usage("an import of standard input has no journal to resume")
                .note("Say where the journal is with --journal FILE."))
        }
        Some(path) if is_resumed && !path.exists() => Err(journal::missing(path, " the import")),
        Some(path) if !is_resumed && path.exists() => {
            let message =
                format!("the file has been imported, at least in part: {}", path.display());
            Err(Failure::usage(message)
                .note("Go on with --resume: rows that are done are not sent again.")
                .note(
                    "To import all rows again, for example with --on-exists update, remove that \
                     journal, or name another with --journal.",
                ))
        }
        _ => Ok(()),
    }
}

/// Opens a journal, and reads what it says about the rows of a file.
pub(super) async fn open(path: &Path, rows: u64) -> Result<(FileJournal, EarlierRuns), Failure> {
    let journal = journal::open(path).await.map_err(|error| USER.failure(path, &error))?;
    let state = journal.load().await.map_err(|error| {
        Failure::new(FailureKind::Other, format!("{}: {error}", path.display()))
    })?;
    let states = (0..rows).map(|number| state.get(number));
    let refused = states.filter(|state| *state == Some(RecordedState::Refused)).count();
    let refused = u64::try_from(refused).unwrap_or(u64::MAX);
    Ok((journal, EarlierRuns { state, refused }))
}

/// What messages say of the journal.
pub(super) const USER: JournalUser = JournalUser {
    run: "import",
    input: "this file",
    advice: "Resume with the file that the import began with, or name its journal.",
};

impl EarlierRuns {
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
