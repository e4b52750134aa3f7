//! Copies of the state: that of the start, and those that were saved under a name.

use std::collections::BTreeMap;

use super::shared::Shared;
use crate::faults::{Fault, InvalidFault};
use crate::store::state::State;
use crate::values::api_error::ApiError;

/// Copies of the state to go back to.
#[derive(Default)]
pub(crate) struct Snapshots {
    start: Option<Start>,
    named: BTreeMap<String, State>,
}

/// How the sandbox started.
pub(crate) struct Start {
    /// The state with all objects that the builder added.
    pub(crate) seeded: State,
    /// The state without them.
    pub(crate) empty: State,
    pub(crate) faults: Vec<Fault>,
}

impl Shared {
    /// Saves how the sandbox started, and adds the faults.
    pub(crate) fn begin(&self, start: Start) -> Result<(), InvalidFault> {
        let added = self.add_faults(start.faults.clone());
        self.snapshots().start = Some(start);
        added
    }

    /// Goes back to the start, with all objects and faults that the builder added.
    pub(crate) fn reset(&self) -> Result<(), ApiError> {
        let (state, faults) = match &self.snapshots().start {
            Some(start) => (start.seeded.clone(), start.faults.clone()),
            None => return Ok(()),
        };
        self.begin_anew(state, faults)
    }

    /// Goes back to the start, without the objects and faults that the builder added.
    pub(crate) fn reset_to_empty(&self) -> Result<(), ApiError> {
        let empty = self.snapshots().start.as_ref().map(|start| start.empty.clone());
        empty.map_or(Ok(()), |state| self.begin_anew(state, Vec::new()))
    }

    /// Saves the state under a name, in place of an older one of this name.
    pub(crate) fn save_snapshot(&self, name: &str) {
        let state = self.read().clone();
        self.snapshots().named.insert(name.to_owned(), state);
    }

    /// Goes back to a saved state.
    pub(crate) fn restore_snapshot(&self, name: &str) -> Result<(), ApiError> {
        let state = self.snapshots().named.get(name).cloned();
        self.replace_state(state.ok_or_else(|| ApiError::not_found("Snapshot"))?)
    }

    /// Returns the names of all saved states.
    pub(crate) fn snapshot_names(&self) -> Vec<String> {
        self.snapshots().named.keys().cloned().collect()
    }

    /// Removes a saved state, and returns whether it existed.
    pub(crate) fn remove_snapshot(&self, name: &str) -> bool {
        self.snapshots().named.remove(name).is_some()
    }

    /// Replaces the state and the faults at once.
    fn begin_anew(&self, new: State, faults: Vec<Fault>) -> Result<(), ApiError> {
        let mut state = self.state();
        state.replace(new)?;
        state.resets += 1;
        let mut active = self.faults();
        active.reset(state.resets);
        self.clear_requests();
        faults
            .into_iter()
            .try_for_each(|fault| active.add(fault).map(drop))
            .map_err(|error| ApiError::internal(format!("A fault is invalid: {error}.")))
    }

    fn add_faults(&self, faults: Vec<Fault>) -> Result<(), InvalidFault> {
        let mut active = self.faults();
        faults.into_iter().try_for_each(|fault| active.add(fault).map(drop))
    }

    fn replace_state(&self, state: State) -> Result<(), ApiError> {
        self.state().replace(state).map(drop)
    }
}
