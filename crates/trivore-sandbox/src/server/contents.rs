//! Reads and replaces everything that is stored.

use std::io::{Read, Seek};

use super::shared::Shared;
use crate::seed;
use crate::seed::export::Export;
use crate::values::api_error::ApiError;

impl Shared {
    /// Takes hold of everything that is stored, to write it as a seed.
    pub(crate) fn export(&self) -> Export {
        Export::of(&self.read())
    }

    /// Replaces everything that is stored by a seed; on an error, nothing has changed.
    ///
    /// The rules, the clock and the ledger stay as they are.
    pub(crate) fn import(&self, seed: &mut (impl Read + Seek)) -> Result<(), ApiError> {
        let defaults = &self.settings().defaults;
        let mut new = self.read().empty();
        defaults.add_clients(&mut new);
        let add_defaults =
            |state: &mut _| defaults.add_objects(state).map_err(|error| error.message);
        seed::import::import(seed, &mut new, add_defaults)
            .map_err(|error| ApiError::bad_request(error.to_string()))?;
        // The state may have changed while the seed was read.
        let mut state = self.state();
        new.rules = state.rules.clone();
        new.clock = state.clock.clone();
        let old = state.replace(new)?;
        state.ledger = old.ledger;
        Ok(())
    }
}
