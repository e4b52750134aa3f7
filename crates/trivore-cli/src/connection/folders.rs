//! The folders of the program, by the conventions of XDG.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::failure::{Failure, FailureKind};

/// The folder of the configuration file, such as `~/.config/trivore`.
pub(crate) fn config_folder() -> Result<PathBuf, Failure> {
    Ok(strategy()?.config_dir().join("trivore"))
}

/// The folder of what is only about this machine, such as `~/.local/state/trivore`.
pub(crate) fn state_folder() -> Result<PathBuf, Failure> {
    let strategy = strategy()?;
    Ok(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("trivore"))
}

fn strategy() -> Result<impl etcetera::BaseStrategy, Failure> {
    etcetera::choose_base_strategy().map_err(|error| {
        Failure::new(FailureKind::Configuration, format!("there is no home directory: {error}"))
            .note("Set the variable HOME.")
    })
}
