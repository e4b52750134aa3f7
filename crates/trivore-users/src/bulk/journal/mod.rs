//! The journal of a bulk run: what it holds, its format, and the file.

mod checksum;
mod file;
mod format;
mod journal;
mod journal_error;
mod journal_file;
mod record;
mod state;
mod sync_policy;

pub use file::FileJournal;
pub use journal::Journal;
pub use journal_error::JournalError;
pub use record::{JournalRecord, RecordedState};
pub use state::JournalState;
pub use sync_policy::SyncPolicy;
