//! The changes that are running now, by what a journal calls them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::planned_item::PlannedItem;
use crate::plan::{KeyField, PlannedChange, shown_key};

/// A change that is running.
#[derive(Clone)]
pub(super) struct RunningChange {
    pub(super) verb: &'static str,
    /// The key of the user, as it is shown.
    pub(super) name: String,
    /// Of a user without user name that is created, the field that identifies it.
    pub(super) identity: Option<String>,
}

/// The changes that are running now: what each does, and with whom.
#[derive(Clone)]
pub(super) struct RunningChanges {
    key: KeyField,
    show_secrets: bool,
    changes: Arc<Mutex<BTreeMap<String, RunningChange>>>,
}

impl RunningChanges {
    pub(super) fn new(key: KeyField, show_secrets: bool) -> Self {
        Self { key, show_secrets, changes: Arc::default() }
    }

    pub(super) fn add(&self, item: &PlannedItem) {
        let name = shown_key(&item.change, &self.key, self.show_secrets);
        let identity = match &*item.change {
            PlannedChange::Create { user, .. } if !user.contains_key("username") => {
                Some(self.key.to_string())
            }
            _ => None,
        };
        let change = RunningChange { verb: item.change.verb(), name, identity };
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.insert(item.journal_key.clone(), change);
    }

    /// Returns what a change did, which has ended.
    pub(super) fn take(&self, journal_key: &str) -> RunningChange {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let change = changes.remove(journal_key);
        change.unwrap_or(RunningChange {
            verb: "change",
            name: journal_key.to_owned(),
            identity: None,
        })
    }
}
