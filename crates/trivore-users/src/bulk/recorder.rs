//! Appends records to a journal, all that are ready at once.

use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use trivore_transport::BoxError;

use super::journal::{Journal, JournalRecord};

/// Appends records, and returns what waited for each.
pub(super) struct Recorder<W> {
    journal: Box<dyn Journal>,
    records: Vec<JournalRecord>,
    waiting: Vec<W>,
    appending: Option<Append<W>>,
}

/// What waited for records, and whether they were appended.
///
/// If they were not, it is all that waits.
pub(super) struct Appended<W> {
    pub(super) waited: Vec<W>,
    pub(super) result: Result<(), BoxError>,
}

struct Append<W> {
    done: BoxFuture<'static, Result<(), BoxError>>,
    waiting: Vec<W>,
}

impl<W> Recorder<W> {
    pub(super) fn new(journal: Box<dyn Journal>) -> Self {
        Self { journal, records: Vec::new(), waiting: Vec::new(), appending: None }
    }

    pub(super) fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// Whether nothing waits.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.appending.is_none()
    }

    pub(super) fn push(&mut self, record: JournalRecord, waits: W) {
        self.records.push(record);
        self.waiting.push(waits);
    }

    /// Returns what waited for records that were appended; `None` if nothing waits.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Appended<W>>> {
        if self.appending.is_none() && !self.records.is_empty() {
            let done = self.journal.append(std::mem::take(&mut self.records));
            self.appending = Some(Append { done, waiting: std::mem::take(&mut self.waiting) });
        }
        let Some(append) = &mut self.appending else { return Poll::Ready(None) };
        let result = std::task::ready!(append.done.poll_unpin(cx));
        let mut waited = self.appending.take().map(|append| append.waiting).unwrap_or_default();
        if result.is_err() {
            waited.append(&mut self.waiting);
            self.records.clear();
        }
        Poll::Ready(Some(Appended { waited, result }))
    }
}
