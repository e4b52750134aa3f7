//! The open file of a journal, with blocking calls.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use fs4::{FileExt, TryLockError};
use tokio::time::Instant;

use super::format::{HEADER, MAX_LINE, Reader, encode};
use super::journal_error::JournalError;
use super::record::JournalRecord;
use super::state::JournalState;
use super::sync_policy::SyncPolicy;

/// The open and locked file of a journal.
#[derive(Debug)]
pub(super) struct JournalFile {
    file: File,
    /// Length of the complete lines.
    length: u64,
    policy: SyncPolicy,
    unsynced: u64,
    synced: Instant,
    /// What was read when the file was opened, until it is taken.
    state: Option<JournalState>,
}

impl JournalFile {
    pub(super) fn open(
        path: &Path,
        policy: SyncPolicy,
        now: Instant,
    ) -> Result<Self, JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // Keys are often usernames.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(JournalError::failed("open"))?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::locked()),
            Err(TryLockError::Error(error)) => return Err(JournalError::failed("lock")(error)),
        }
        let mut opened = Self { file, length: 0, policy, unsynced: 0, synced: now, state: None };
        let state = opened.read()?;
        opened.state = Some(state);
        opened.file.set_len(opened.length).map_err(JournalError::failed("truncate"))?;
        if opened.length == 0 {
            opened.write(HEADER)?;
            if policy != SyncPolicy::Never {
                opened.sync(now)?;
                sync_folder(path)?;
            }
        }
        Ok(opened)
    }

    /// Returns what the file says.
    pub(super) fn load(&mut self) -> Result<JournalState, JournalError> {
        self.state.take().map_or_else(|| self.read(), Ok)
    }

    fn read(&mut self) -> Result<JournalState, JournalError> {
        let failed = || JournalError::failed("read");
        self.file.seek(SeekFrom::Start(0)).map_err(failed())?;
        let mut input = BufReader::with_capacity(BUFFER, &self.file);
        let (mut reader, mut line) = (Reader::default(), Vec::new());
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        loop {
            line.clear();
            let length = (&mut input).take(limit).read_until(b'\n', &mut line);
            if length.map_err(failed())? == 0 || !reader.read(&line)? {
                break;
            }
        }
        let (state, length) = reader.finish();
        self.length = length;
        self.file.seek(SeekFrom::Start(length)).map_err(failed())?;
        Ok(state)
    }

    pub(super) fn append(
        &mut self,
        records: &[JournalRecord],
        now: Instant,
    ) -> Result<(), JournalError> {
        let mut lines = Vec::with_capacity(records.len() * USUAL_LINE);
        for record in records {
            encode(record, &mut lines)?;
        }
        self.state = None;
        let start = self.length;
        self.write(&lines)?;
        self.unsynced += u64::try_from(records.len()).unwrap_or(u64::MAX);
        let since = now.saturating_duration_since(self.synced);
        if !self.policy.is_due(self.unsynced, since) {
            return Ok(());
        }
        // What is not recorded for certain does not begin, so its lines are removed.
        self.sync(now).inspect_err(|_| self.cut(start))
    }

    /// Removes what follows a length, where the system allows it.
    fn cut(&mut self, length: u64) {
        drop(self.file.set_len(length));
        drop(self.file.seek(SeekFrom::Start(length)));
        self.length = length;
    }

    /// Writes what the policy left for later to the disk.
    pub(super) fn flush(&mut self, now: Instant) -> Result<(), JournalError> {
        if self.unsynced == 0 || self.policy == SyncPolicy::Never { Ok(()) } else { self.sync(now) }
    }

    /// Writes complete lines. If that fails, nothing of them remains, where the system allows it.
    fn write(&mut self, lines: &[u8]) -> Result<(), JournalError> {
        if let Err(error) = self.file.write_all(lines) {
            // Otherwise, the line that is cut off is removed when the file is opened again.
            self.cut(self.length);
            return Err(JournalError::failed("write")(error));
        }
        self.length += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    fn sync(&mut self, now: Instant) -> Result<(), JournalError> {
        self.file.sync_data().map_err(JournalError::failed("sync"))?;
        (self.unsynced, self.synced) = (0, now);
        Ok(())
    }
}

impl Drop for JournalFile {
    /// Unlocks the file. Closing it is not enough while another thread starts a process, which has
    /// the file open for a moment, and its lock.
    fn drop(&mut self) {
        drop(FileExt::unlock(&self.file));
    }
}

/// Makes a new file's name survive a crash of the system.
#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), JournalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = File::open(folder.unwrap_or(Path::new(".")));
    folder.and_then(|folder| folder.sync_all()).map_err(JournalError::failed("sync"))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn sync_folder(_: &Path) -> Result<(), JournalError> {
    Ok(())
}

const BUFFER: usize = 64 * 1024;

/// Length of a line whose key has twenty characters.
const USUAL_LINE: usize = 80;
