//! What a plan does with one user.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use trivore::models::{Changes, UserId};

use crate::rows::Document;

/// What a plan does with one user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[serde(deny_unknown_fields)]
pub(crate) enum PlannedChange {
    /// Create a user with these fields; nobody has its key.
    Create { key: String, user: Document },
    /// Change fields of a user.
    Update {
        key: String,
        id: UserId,
        /// When the user was last changed before the plan was made.
        last_modified: Option<String>,
        /// The fields as they were when the plan was made; those that are missing were empty.
        before: Document,
        /// The fields as they are to be; `null` clears one.
        changes: Changes,
    },
    /// Delete a user whom no row mentions.
    Delete { key: String, id: UserId, last_modified: Option<String> },
}

impl PlannedChange {
    /// The key of the user; for one that is deleted, its name.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Create { key, .. } | Self::Update { key, .. } | Self::Delete { key, .. } => key,
        }
    }

    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "change",
            Self::Delete { .. } => "delete",
        }
    }

    /// Returns the values before and after, as far as they differ.
    pub(crate) fn values(&self) -> (Document, Document) {
        match self {
            Self::Create { user, .. } => (Document::new(), user.clone()),
            Self::Delete { .. } => (Document::new(), Document::new()),
            Self::Update { before, changes, .. } => {
                let new = |name: &str| Some((name.to_owned(), changes.get(name)?.clone()));
                (before.clone(), changes.fields().filter_map(new).collect())
            }
        }
    }
}

/// How many users a plan creates, changes, deletes and leaves as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PlanSummary {
    pub(crate) create: u64,
    pub(crate) update: u64,
    pub(crate) delete: u64,
    pub(crate) unchanged: u64,
    /// Users whom no row mentions, and who stay.
    pub(crate) not_mentioned: u64,
}

impl PlanSummary {
    /// Counts a change.
    pub(crate) fn count(&mut self, change: &PlannedChange) {
        match change {
            PlannedChange::Create { .. } => self.create += 1,
            PlannedChange::Update { .. } => self.update += 1,
            PlannedChange::Delete { .. } => self.delete += 1,
        }
    }

    pub(crate) fn changes(&self) -> u64 {
        self.create.saturating_add(self.update).saturating_add(self.delete)
    }
}

/// Returns when a user was last changed, as the service says it.
pub(crate) fn last_modified(user: &Document) -> Option<String> {
    user.get("meta")?.get("lastModified").and_then(Value::as_str).map(str::to_owned)
}
