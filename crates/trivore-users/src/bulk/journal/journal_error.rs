//! Why a journal cannot be used.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// Why a journal cannot be read or written, or does not belong to a run.
///
/// No message contains a key. [`Error::get_ref`](crate::Error::get_ref) returns it from the error
/// of a run.
#[derive(Debug)]
pub struct JournalError {
    kind: Kind,
    line: Option<u64>,
}

#[derive(Debug)]
enum Kind {
    Failed { what: &'static str, source: io::Error },
    Locked,
    NotAJournal,
    Version(u64),
    Invalid(&'static str),
    OtherInput { number: u64 },
    ShortInput { items: u64 },
    Closed,
}

impl JournalError {
    /// Returns the line that is not valid, from 1, which is the first one of the file.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::{FileJournal, SyncPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("import.journal");
    /// drop(FileJournal::open(&path, SyncPolicy::Never).await?);
    /// let mut text = std::fs::read_to_string(&path)?;
    /// text.push_str("oops\n");
    /// std::fs::write(&path, text)?;
    ///
    /// let error = FileJournal::open(&path, SyncPolicy::Never).await.unwrap_err();
    /// assert_eq!(error.line(), Some(2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// Whether another run uses the file, in this process or in another one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::{FileJournal, SyncPolicy};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("import.journal");
    /// let journal = FileJournal::open(&path, SyncPolicy::Never).await?;
    ///
    /// let error = FileJournal::open(&path, SyncPolicy::Never).await.unwrap_err();
    /// assert!(error.is_locked());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_locked(&self) -> bool {
        matches!(self.kind, Kind::Locked)
    }

    /// Whether the journal is that of another input: an item has another key than the one that is
    /// recorded for its number, or recorded items are missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    ///
    /// use trivore_users::{JournalError, JournalRecord, JournalState, RecordedState};
    ///
    /// let mut state = JournalState::new();
    /// let begun = RecordedState::Begun;
    /// let time = SystemTime::now();
    /// let maija = JournalRecord { number: 0, key: "maija".into(), state: begun, time };
    /// let matti = JournalRecord { key: "matti".into(), ..maija.clone() };
    /// state.add(&maija)?;
    ///
    /// assert!(state.add(&matti).unwrap_err().is_other_input());
    /// # Ok::<(), JournalError>(())
    /// ```
    pub fn is_other_input(&self) -> bool {
        matches!(self.kind, Kind::OtherInput { .. } | Kind::ShortInput { .. })
    }

    pub(super) fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Kind::Failed { what, source }.into()
    }

    pub(super) fn locked() -> Self {
        Kind::Locked.into()
    }

    pub(super) fn not_a_journal() -> Self {
        Kind::NotAJournal.into()
    }

    pub(super) fn version(version: u64) -> Self {
        Kind::Version(version).into()
    }

    pub(super) fn invalid(reason: &'static str) -> Self {
        Kind::Invalid(reason).into()
    }

    pub(super) fn in_line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }

    pub(super) fn closed() -> Self {
        Kind::Closed.into()
    }

    pub(crate) fn other_input(number: u64) -> Self {
        Kind::OtherInput { number }.into()
    }

    pub(crate) fn short_input(items: u64) -> Self {
        Kind::ShortInput { items }.into()
    }
}

impl From<Kind> for JournalError {
    fn from(kind: Kind) -> Self {
        Self { kind, line: None }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line} of the journal: ")?;
        }
        match &self.kind {
            Kind::Failed { what, .. } => write!(f, "could not {what} the journal"),
            Kind::Locked => f.write_str("another run uses the journal"),
            Kind::NotAJournal => f.write_str("the file is not a journal of a bulk run"),
            Kind::Version(version) => {
                write!(f, "the journal has version {version}; this library reads version 1")
            }
            Kind::Invalid(reason) => f.write_str(reason),
            Kind::OtherInput { number } => write!(
                f,
                "item {number} has another key than in the journal; resume with the same input"
            ),
            Kind::ShortInput { items } => write!(
                f,
                "the input ended after {items} items, but the journal has more; resume with the \
                 same input"
            ),
            Kind::Closed => f.write_str("the journal was closed"),
        }
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            Kind::Failed { source, .. } => Some(source),
            Kind::Locked
            | Kind::NotAJournal
            | Kind::Version(_)
            | Kind::Invalid(_)
            | Kind::OtherInput { .. }
            | Kind::ShortInput { .. }
            | Kind::Closed => None,
        }
    }
}
