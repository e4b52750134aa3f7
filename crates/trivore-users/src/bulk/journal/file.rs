//! A journal in a file.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::time::Instant;
use trivore_transport::BoxError;

use super::journal::Journal;
use super::journal_error::JournalError;
use super::journal_file::JournalFile;
use super::record::JournalRecord;
use super::state::JournalState;
use super::sync_policy::SyncPolicy;

/// A journal in a file, which is locked while this value exists.
///
/// It holds keys, states and times, and no other data of the items: no results and no errors.
///
/// On Unix, a new file can be read and written by its owner only (mode 0600). On other systems, it
/// gets the permissions that its folder gives to new files. Those of a file that exists are not
/// changed.
///
/// # Format
///
/// The file is UTF-8 with one JSON object a line, ended by a line feed. The first line is
///
/// ```json
/// {"journal":"trivore-bulk","version":1}
/// ```
///
/// Each further line is a record, with exactly these members in this order and no white space
/// between them:
///
/// ```json
/// {"number":7,"key":"maija","state":"begun","time":1795713264123,"crc32":"88a28bef"}
/// ```
///
/// | Member | Is |
/// |---|---|
/// | `number` | the item's position in the input, from 0 |
/// | `key` | the item's key |
/// | `state` | `begun`, `done`, `refused`, `not_applied` or `unknown`: see [`RecordedState`] |
/// | `time` | when it was recorded, in milliseconds since 1970 (UTC) by the clock of the machine |
/// | `crc32` | the CRC-32 (as in zlib) of the line's bytes before `,"crc32"`, as eight hexadecimal digits in lower case |
///
/// The last record of an item counts. Its first one is `begun`, which is written before its request
/// leaves, and `done` is its last one. All records of an item have the same key. Times are not
/// compared with each other: a clock may be set back.
///
/// A reader accepts its own version only. Any change of the members or of their meaning gets a new
/// version.
///
/// A line has less than 1 MiB. A last line without line feed was cut off while it was written. It
/// does not count: if it was `begun`, the request has not left; otherwise, the item's outcome is
/// unknown. It is removed when the file is opened. Every other line that is not valid is an error
/// with its number; nothing is changed then.
///
/// [`RecordedState`]: crate::RecordedState
pub struct FileJournal {
    file: Arc<Mutex<Option<JournalFile>>>,
    /// The runtime on which it was opened.
    runtime: Handle,
}

impl FileJournal {
    /// Opens a journal to continue it, or creates it.
    ///
    /// Call it on a tokio runtime: it reads and writes on the threads for blocking calls.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::TryStreamExt as _;
    /// use trivore_users::{Bulk, FileJournal, SyncPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("numbers.journal");
    /// for done in [3, 0] {
    ///     let journal = FileJournal::open(&path, SyncPolicy::Never).await?;
    ///     let run = Bulk::new(|number: u32| async move { Ok(number * 2) })
    ///         .key(|number| number.to_string())
    ///         .journal(journal)
    ///         .run([1, 2, 3]);
    ///
    ///     // The second time, everything is done already.
    ///     assert_eq!(run.try_collect::<Vec<_>>().await?.len(), done);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The file cannot be opened, read or written, another run uses it, or a line is not valid;
    /// there is no tokio runtime.
    pub async fn open(path: impl AsRef<Path>, policy: SyncPolicy) -> Result<Self, JournalError> {
        let runtime = Handle::try_current()
            .map_err(|error| JournalError::failed("use")(io::Error::other(error)))?;
        let (path, now) = (path.as_ref().to_owned(), Instant::now());
        let opened = blocking(&runtime, move || JournalFile::open(&path, policy, now)).await?;
        Ok(Self { file: Arc::new(Mutex::new(Some(opened))), runtime })
    }

    /// Does something with the file on a thread for blocking calls.
    fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut JournalFile) -> Result<T, JournalError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, BoxError>> {
        let file = Arc::clone(&self.file);
        let runtime = Handle::try_current().unwrap_or_else(|_| self.runtime.clone());
        Box::pin(async move {
            let act = move || {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.as_mut().ok_or_else(JournalError::closed).and_then(act)
            };
            Ok(blocking(&runtime, act).await?)
        })
    }
}

impl Journal for FileJournal {
    fn load(&self) -> BoxFuture<'static, Result<JournalState, BoxError>> {
        self.with(JournalFile::load)
    }

    fn append(&self, records: Vec<JournalRecord>) -> BoxFuture<'static, Result<(), BoxError>> {
        let now = Instant::now();
        self.with(move |file| file.append(&records, now))
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BoxError>> {
        let now = Instant::now();
        self.with(move |file| file.flush(now))
    }
}

impl fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal").finish_non_exhaustive()
    }
}

impl Drop for FileJournal {
    /// Closes the file, also if a thread is about to write to it, so that it can be opened again.
    fn drop(&mut self) {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

async fn blocking<T: Send + 'static>(
    runtime: &Handle,
    act: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    runtime.spawn_blocking(act).await.unwrap_or_else(|_| Err(JournalError::closed()))
}
