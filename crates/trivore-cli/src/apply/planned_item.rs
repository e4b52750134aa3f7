//! A change of a plan as an item of a run.

use std::sync::Arc;

use crate::failure::Failure;
use crate::plan::{Checksum, PlannedChange, SpooledLines};

/// A change of a plan as an item of a run.
#[derive(Clone)]
pub(super) struct PlannedItem {
    pub(super) change: Arc<PlannedChange>,
    /// What a journal calls it: it has no personal data, and is another one if the change is.
    pub(super) journal_key: String,
}

impl PlannedItem {
    /// Returns the next change of a plan.
    pub(super) fn next(changes: &mut SpooledLines) -> Result<Option<Self>, Failure> {
        let Some(change) = changes.next::<serde_json::Value>()? else { return Ok(None) };
        let checksum = Checksum::of(&change);
        let change: PlannedChange = serde_json::from_value(change)
            .map_err(|_has_values| Failure::usage("the plan has a change that is not valid"))?;
        let journal_key = match &change {
            PlannedChange::Create { .. } => format!("create {checksum}"),
            PlannedChange::Update { id, .. } => format!("update {id} {checksum}"),
            PlannedChange::Delete { id, .. } => format!("delete {id} {checksum}"),
        };
        Ok(Some(Self { change: Arc::new(change), journal_key }))
    }
}
