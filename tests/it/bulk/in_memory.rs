//! A journal in memory, which can fail.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use trivore::transport::BoxError;
use trivore::users::{Journal, JournalRecord, JournalState, RecordedState};

/// A journal in memory. Clones share the records.
#[derive(Clone, Debug, Default)]
pub(crate) struct InMemory {
    records: Arc<Mutex<Vec<JournalRecord>>>,
    room: Option<usize>,
}

impl InMemory {
    /// Makes a journal that fails once it has this number of records.
    pub(super) fn with_room(records: usize) -> Self {
        Self { room: Some(records), ..Self::default() }
    }

    pub(super) fn records(&self) -> Vec<(u64, RecordedState)> {
        self.records.lock().unwrap().iter().map(|record| (record.number, record.state)).collect()
    }

    /// Returns the states of one item.
    pub(super) fn states(&self, number: u64) -> Vec<RecordedState> {
        let records = self.records().into_iter().filter(|(other, _)| *other == number);
        records.map(|(_, state)| state).collect()
    }
}

impl Journal for InMemory {
    fn load(&self) -> BoxFuture<'static, Result<JournalState, BoxError>> {
        let records = Arc::clone(&self.records);
        Box::pin(async move {
            let mut state = JournalState::new();
            for record in records.lock().unwrap().iter() {
                state.add(record)?;
            }
            Ok(state)
        })
    }

    fn append(&self, new: Vec<JournalRecord>) -> BoxFuture<'static, Result<(), BoxError>> {
        let this = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            let mut records = this.records.lock().unwrap();
            if this.room.is_some_and(|room| records.len() + new.len() > room) {
                return Err("no space left".into());
            }
            records.extend(new);
            Ok(())
        })
    }
}
