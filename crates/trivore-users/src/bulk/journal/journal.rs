//! Where a run records what it does.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use trivore_transport::BoxError;

use super::record::JournalRecord;
use super::state::JournalState;

/// Where a bulk run records what it does, so that another run can continue after it.
///
/// [`FileJournal`](crate::FileJournal) keeps the records in a file. To keep them in a database,
/// implement this trait. One row for each number is enough, with the item's key, its last state,
/// and the time since which it [is open](JournalState::open_since). To load a row, add a record
/// [`Begun`](crate::RecordedState::Begun) with that time, and then one with the last state if it is
/// another one.
///
/// Only one run at a time may use the same records.
///
/// The futures may be dropped at any time. Records that were being appended may then be there or
/// not.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use futures_util::future::BoxFuture;
/// use trivore_transport::BoxError;
/// use trivore_users::{Journal, JournalRecord, JournalState};
///
/// #[derive(Debug, Default)]
/// struct InMemory(Arc<Mutex<Vec<JournalRecord>>>);
///
/// impl Journal for InMemory {
///     fn load(&self) -> BoxFuture<'static, Result<JournalState, BoxError>> {
///         let records = Arc::clone(&self.0);
///         Box::pin(async move {
///             let mut state = JournalState::new();
///             for record in records.lock().unwrap().iter() {
///                 state.add(record)?;
///             }
///             Ok(state)
///         })
///     }
///
///     fn append(&self, new: Vec<JournalRecord>) -> BoxFuture<'static, Result<(), BoxError>> {
///         let records = Arc::clone(&self.0);
///         Box::pin(async move {
///             records.lock().unwrap().extend(new);
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait Journal: Debug + Send + Sync {
    /// Returns what was recorded so far.
    ///
    /// A run calls it once, before its first item.
    fn load(&self) -> BoxFuture<'static, Result<JournalState, BoxError>>;

    /// Appends records, in this order, and returns once they are safe.
    ///
    /// A run calls it again only after it has returned. After an error, the run stops.
    fn append(&self, records: Vec<JournalRecord>) -> BoxFuture<'static, Result<(), BoxError>>;

    /// Makes safe what [`append`](Self::append) has left for later; a run calls it at its end.
    fn flush(&self) -> BoxFuture<'static, Result<(), BoxError>> {
        Box::pin(async { Ok(()) })
    }
}
