//! The settings of the content of a sandbox, and how they are applied.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use thiserror::Error;

use crate::data::DataError;
use crate::data::journal::{Content, Journal};
use crate::seed;
use crate::store::state::State;
use crate::values::clock::Clock;
use crate::values::ids::Random;

/// Where the content comes from, and what is the same in every run.
#[derive(Clone, Debug, Default)]
pub(super) struct ContentSettings {
    pub(super) data: Option<PathBuf>,
    pub(super) seed: Option<PathBuf>,
    pub(super) random_seed: Option<u64>,
    pub(super) fixed_code: Option<String>,
    pub(super) standing_clock: Option<SystemTime>,
}

impl ContentSettings {
    pub(super) fn clock(&self, start: Option<SystemTime>) -> Clock {
        self.standing_clock.map_or_else(|| Clock::new(start), Clock::standing)
    }

    /// Configures what is random, and loads the data file, if there is one.
    pub(super) fn prepare(
        &self,
        state: &mut State,
    ) -> Result<Option<(Journal, Content)>, ContentError> {
        state.random = Random::new(self.random_seed);
        state.fixed_code.clone_from(&self.fixed_code);
        let journal = self.data.as_deref().map(|path| Journal::open(path, state)).transpose();
        Ok(journal?)
    }

    /// Fills a new state with the defaults and the seed.
    pub(super) fn fill(
        &self,
        state: &mut State,
        add_defaults: impl FnOnce(&mut State) -> Result<(), String>,
    ) -> Result<(), ContentError> {
        let failed =
            |path: &Path, why| ContentError::Seed { path: path.display().to_string(), why };
        match &self.seed {
            Some(path) => {
                let mut file = File::open(path).map_err(|error| failed(path, error.to_string()))?;
                seed::import::import(&mut file, state, add_defaults)
                    .map_err(|error| failed(path, error.to_string()))
            }
            None => add_defaults(state).map_err(ContentError::Defaults),
        }
    }
}

/// Why a sandbox cannot get its content.
#[derive(Debug, Error)]
pub(super) enum ContentError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("cannot add the defaults: {0}")]
    Defaults(String),
    #[error("cannot use the seed {path}: {why}")]
    Seed { path: String, why: String },
}
