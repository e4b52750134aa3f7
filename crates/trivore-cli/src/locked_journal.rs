//! A journal that is locked, and what it says about earlier runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use trivore::users::{
    FileJournal, Journal as _, JournalError, JournalRecord, JournalState, RecordedState,
};

use crate::failure::{Failure, FailureKind};
use crate::journal::{self, JournalUser};

/// A journal that no other run can use meanwhile.
pub(crate) struct LockedJournal {
    path: PathBuf,
    user: &'static JournalUser,
    journal: FileJournal,
    pub(crate) earlier: EarlierRuns,
}

/// What earlier runs have done.
pub(crate) struct EarlierRuns {
    state: JournalState,
    pub(crate) done: u64,
    /// Items that were refused.
    pub(crate) refused: u64,
    /// Items that may have been applied.
    pub(crate) open: u64,
}

impl LockedJournal {
    /// Opens a journal, and reads what it says about the items of an input.
    pub(crate) async fn open(
        path: &Path,
        items: u64,
        user: &'static JournalUser,
    ) -> Result<Self, Failure> {
        if path.exists() && !path.is_file() {
            let message = format!("{} is not a journal, and not even a file", path.display());
            return Err(Failure::usage(message));
        }
        let journal = journal::open(path).await.map_err(|error| user.failure(path, &error))?;
        let state = journal.load().await.map_err(|error| {
            Failure::new(FailureKind::Other, format!("{}: {error}", path.display()))
        })?;
        Ok(Self { path: path.to_owned(), user, journal, earlier: EarlierRuns::new(state, items) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the journal, while it is locked.
    pub(crate) fn remove(self) {
        // What is left of it does no harm.
        let _ = fs::remove_file(&self.path);
    }

    /// Removes the journal if no item has begun.
    pub(crate) fn remove_if_empty(self) {
        if self.earlier.is_empty() {
            self.remove();
        }
    }

    /// Replaces the journal by an empty one.
    pub(crate) async fn replace(self) -> Result<Self, Failure> {
        if self.earlier.is_empty() {
            return Ok(self);
        }
        let Self { path, user, journal, .. } = self;
        fs::remove_file(&path)
            .map_err(|error| Failure::io(format!("cannot remove {}", path.display()), error))?;
        drop(journal);
        Self::open(&path, 0, user).await
    }

    pub(crate) fn into_parts(self) -> (FileJournal, EarlierRuns) {
        (self.journal, self.earlier)
    }
}

impl EarlierRuns {
    fn new(state: JournalState, items: u64) -> Self {
        let mut earlier = Self { state, done: 0, refused: 0, open: 0 };
        for number in 0.. {
            match earlier.state.get(number) {
                Some(RecordedState::Done) => earlier.done += 1,
                Some(RecordedState::Refused) => earlier.refused += 1,
                Some(RecordedState::Begun | RecordedState::Unknown) => earlier.open += 1,
                None if number >= items => break,
                _ => {}
            }
        }
        earlier
    }

    pub(crate) fn is_empty(&self) -> bool {
        // Items begin in their order.
        self.state.get(0).is_none()
    }

    /// Checks that an item has the key that the journal has for it; the first one is 1.
    pub(crate) fn check_key(&mut self, item: u64, key: &str) -> Result<(), JournalError> {
        let Some(number) = item.checked_sub(1).filter(|number| self.state.get(*number).is_some())
        else {
            return Ok(());
        };
        // Another record of the item is valid only with the same key.
        let (key, state, time) = (key.into(), RecordedState::Begun, SystemTime::UNIX_EPOCH);
        match self.state.add(&JournalRecord { number, key, state, time }) {
            Err(error) if error.is_other_input() => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns what the journal says about an item; the first one is 1.
    pub(crate) fn of_item(&self, item: u64) -> Option<RecordedState> {
        self.state.get(item.checked_sub(1)?)
    }
}
