//! The data file: a snapshot of the state, and the changes since then.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use super::data_error::{DataError, MAGIC};
use super::frame::{self, HEADER_BYTES, Next};
use crate::store::changes::Changes;
use crate::store::state::State;

/// A data file that is open.
///
/// It begins with [`MAGIC`] and a snapshot, which ends with the record [`SNAPSHOT_END`]. Each
/// further record has the changes of one operation. It is written before the operation's response
/// is sent. The operating system has it then, even if this process is killed.
///
/// A new snapshot is written to another file, which then replaces this one. So each file has a
/// whole snapshot, and only the last record can be incomplete. It belongs to an operation that was
/// never responded to.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// Length from which a new snapshot is worth its time.
    snapshot_at: u64,
    /// Whether a write failed. The file may end within a record, so nothing more is appended.
    is_broken: bool,
}

impl Journal {
    /// Opens the file and applies what it contains to the state.
    ///
    /// If the file is new, the caller then fills the state and calls
    /// [`write_snapshot`](Self::write_snapshot).
    pub(crate) fn open(path: &Path, state: &mut State) -> Result<(Self, Content), DataError> {
        let file = open(path, |options| options.create(true))?;
        let mut journal =
            Self { path: path.into(), file, length: 0, snapshot_at: 0, is_broken: false };
        let metadata = journal.file.metadata().map_err(|error| journal.io("read", error))?;
        if !metadata.is_file() {
            return Err(DataError::NoFile { path: path.into() });
        }
        // A link to the file stays when the file is replaced.
        journal.path = fs::canonicalize(path).map_err(|error| journal.io("find", error))?;
        let length = metadata.len();
        if length == 0 {
            return Ok((journal, Content::New));
        }
        journal.load(state, length)?;
        state.keep_changes();
        // Appended records follow the last complete one.
        let cut = journal.file.set_len(journal.length);
        cut.map_err(|error| journal.io("shorten", error))?;
        let seek = journal.file.seek(SeekFrom::Start(journal.length));
        seek.map_err(|error| journal.io("read", error))?;
        Ok((journal, Content::Loaded))
    }

    /// Appends what changed in the state since the last call.
    ///
    /// # Errors
    ///
    /// It cannot be written, and the state is as it was before it changed.
    pub(crate) fn commit(&mut self, state: &mut State) -> Result<(), DataError> {
        let changes = state.changes();
        if !changes.is_empty()
            && let Err(error) = self.append(changes)
        {
            state.undo_changes();
            return Err(error);
        }
        state.keep_changes();
        if self.length >= self.snapshot_at && self.write_snapshot(state).is_err() {
            // The present file is complete without a new snapshot.
            self.snapshot_at = self.length.saturating_mul(2);
        }
        Ok(())
    }

    fn append(&mut self, changes: Changes) -> Result<(), DataError> {
        self.check()?;
        let written = frame::encode(&changes.into_json()).and_then(|record| {
            self.file.write_all(&record)?;
            self.length += u64::try_from(record.len()).map_err(io::Error::other)?;
            Ok(())
        });
        if let Err(error) = written {
            self.is_broken = true;
            return Err(self.io("write", error));
        }
        Ok(())
    }

    /// Fails if changes can no longer be kept.
    pub(crate) fn check(&self) -> Result<(), DataError> {
        let broken = || io::Error::other("an earlier write failed");
        if self.is_broken { Err(self.io("write", broken())) } else { Ok(()) }
    }

    /// Writes the whole state to a new file, which replaces the present one.
    pub(crate) fn write_snapshot(&mut self, state: &mut State) -> Result<(), DataError> {
        let path = temporary(&self.path);
        let written = open(&path, |options| options.create(true).truncate(true)).and_then(|file| {
            let length = write_state(&file, state).map_err(|error| DataError::Io {
                action: "write",
                path: path.clone(),
                source: error,
            })?;
            fs::rename(&path, &self.path).map_err(|error| self.io("replace", error))?;
            Ok((file, length))
        });
        match written {
            Ok((file, length)) => {
                self.file = file;
                self.length = length;
                self.snapshot_at = length.saturating_mul(3).saturating_add(MIN_GROWTH);
                self.is_broken = false;
                Ok(())
            }
            Err(error) => {
                // The error that counts is the one before.
                drop(fs::remove_file(&path));
                Err(error)
            }
        }
    }

    fn load(&mut self, state: &mut State, length: u64) -> Result<(), DataError> {
        let foreign = DataError::Foreign { path: self.path.clone() };
        let file = self.file.try_clone().map_err(|error| self.io("read", error))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut magic = vec![0; MAGIC.len()];
        match reader.read_exact(&mut magic) {
            Ok(()) if magic == MAGIC.as_bytes() => {}
            Ok(()) => return Err(foreign),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(foreign),
            Err(error) => return Err(self.io("read", error)),
        }
        let mut offset = u64::try_from(MAGIC.len()).unwrap_or_default();
        let mut has_snapshot = false;
        loop {
            let next = frame::read(&mut reader, length.saturating_sub(offset))
                .map_err(|error| self.io("read", error))?;
            let content = match next {
                Next::Record(content) => content,
                Next::End | Next::Torn if has_snapshot => break,
                Next::End | Next::Torn => {
                    return Err(self.damaged(offset, "the file ends within the snapshot"));
                }
                Next::Damaged => return Err(self.damaged(offset, "a checksum is wrong")),
            };
            if content == SNAPSHOT_END && !has_snapshot {
                has_snapshot = true;
                self.snapshot_at = offset.saturating_mul(3).saturating_add(MIN_GROWTH);
            } else {
                state.apply(&content).map_err(|what| self.damaged(offset, &what))?;
            }
            let bytes = u64::try_from(content.len()).unwrap_or_default();
            offset = offset.saturating_add(bytes).saturating_add(HEADER_BYTES);
        }
        self.length = offset;
        Ok(())
    }

    fn damaged(&self, offset: u64, what: &str) -> DataError {
        DataError::Damaged { path: self.path.clone(), offset, what: what.to_owned() }
    }

    fn io(&self, action: &'static str, source: io::Error) -> DataError {
        DataError::Io { action, path: self.path.clone(), source }
    }
}

/// What a data file had when it was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing: the state is as it was.
    New,
    /// A state, which was loaded.
    Loaded,
}

/// Opens a file that only its owner can read, because it contains secrets, and locks it.
fn open(
    path: &Path,
    mode: impl FnOnce(&mut OpenOptions) -> &mut OpenOptions,
) -> Result<File, DataError> {
    let failed = |source| DataError::Io { action: "open", path: path.into(), source };
    let mut options = OpenOptions::new();
    mode(options.read(true).write(true));
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(failed)?;
    lock(&file, path)?;
    Ok(file)
}

/// Locks an open file, which must still be at its path.
fn lock(file: &File, path: &Path) -> Result<(), DataError> {
    let failed = |source| DataError::Io { action: "open", path: path.into(), source };
    match FileExt::try_lock(file) {
        // A snapshot of another process may have replaced the file since it was opened.
        Ok(()) if is_at(file, path).map_err(failed)? => Ok(()),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(DataError::InUse { path: path.into() }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    Ok(identity(&file.metadata()?) == identity(&fs::metadata(path)?))
}

/// Elsewhere, a file that is open cannot be replaced.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Writes a snapshot and returns the number of bytes.
fn write_state(file: &File, state: &mut State) -> io::Result<u64> {
    let mut writer = BufWriter::with_capacity(1 << 20, file);
    let mut length = MAGIC.len();
    writer.write_all(MAGIC.as_bytes())?;
    let mut write = |content: &[u8]| {
        let record = frame::encode(content)?;
        length = length.saturating_add(record.len());
        writer.write_all(&record)
    };
    state.write_all(|changes| write(&changes.into_json()))?;
    write(SNAPSHOT_END)?;
    writer.flush()?;
    u64::try_from(length).map_err(io::Error::other)
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

const SNAPSHOT_END: &[u8] = b"\"snapshot end\"";

/// Below this size, old records do not matter.
const MIN_GROWTH: u64 = 16 << 20;

#[cfg(all(test, target_os = "linux"))]
impl Journal {
    /// Creates a journal that appends to an open file.
    pub(crate) fn on(file: File) -> Self {
        Self { path: "test".into(), file, length: 0, snapshot_at: u64::MAX, is_broken: false }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_replaced_before_it_was_locked_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let before = File::create(&path).unwrap();
        lock(&before, &path).unwrap();
        FileExt::unlock(&before).unwrap();
        let new = temporary(&path);
        File::create(&new).unwrap();
        fs::rename(&new, &path).unwrap();

        assert!(matches!(lock(&before, &path), Err(DataError::InUse { .. })));
    }
}
