//! Operations on many items: the runner and its journal.

mod bulk;
mod handle;
mod intake;
mod item;
mod item_queue;
mod journal;
mod meter;
mod options;
mod progress;
mod progress_thread;
mod recorder;
mod report;
mod run;
mod steps;
mod stop;

pub use bulk::Bulk;
pub use handle::BulkHandle;
pub use item::{BulkItem, BulkOutcome};
pub use journal::{
    FileJournal, Journal, JournalError, JournalRecord, JournalState, RecordedState, SyncPolicy,
};
pub use options::BulkOptions;
pub use progress::BulkProgress;
pub use report::{BulkReport, BulkStop};
pub use run::BulkRun;
pub(crate) use run::check;
