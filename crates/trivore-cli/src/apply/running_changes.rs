//! The changes that are running now, by what a journal calls them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::planned_item::PlannedItem;
use crate::plan::{KeyField, shown_key};

/// The changes that are running now: what each does, and with whom.
#[derive(Clone)]
pub(super) struct RunningChanges {
    key: KeyField,
    show_secrets: bool,
    changes: Arc<Mutex<BTreeMap<String, (&'static str, String)>>>,
}

impl RunningChanges {
    pub(super) fn new(key: KeyField, show_secrets: bool) -> Self {
        Self { key, show_secrets, changes: Arc::default() }
    }

    pub(super) fn add(&self, item: &PlannedItem) {
        let name = shown_key(&item.change, &self.key, self.show_secrets);
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.insert(item.journal_key.clone(), (item.change.verb(), name));
    }

    /// Returns what a change did, which has ended.
    pub(super) fn take(&self, journal_key: &str) -> (&'static str, String) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.remove(journal_key).unwrap_or(("change", journal_key.to_owned()))
    }
}
