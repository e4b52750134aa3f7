//! The folders of the program, by the conventions of XDG.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::failure::{Failure, FailureKind};

/// The folder of the configuration file, such as `~/.config/trivore`.
pub(crate) fn config_folder() -> Result<PathBuf, Failure> {
    absolute(&strategy()?.config_dir())
}

/// The folder of what is only about this machine, such as `~/.local/state/trivore`.
pub(crate) fn state_folder() -> Result<PathBuf, Failure> {
    let strategy = strategy()?;
    absolute(&strategy.state_dir().unwrap_or_else(|| strategy.data_dir()))
}

/// Returns the folder of the program in another one.
///
/// # Errors
///
/// The path is relative: what is in the working directory must not decide where secrets are sent.
fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.is_absolute() {
        return Ok(folder.join("trivore"));
    }
    let message = format!("the home directory is not an absolute path: {}", folder.display());
    Err(Failure::new(FailureKind::Configuration, message).note("Set the variable HOME."))
}

fn strategy() -> Result<impl etcetera::BaseStrategy, Failure> {
    etcetera::choose_base_strategy().map_err(|error| {
        Failure::new(FailureKind::Configuration, format!("there is no home directory: {error}"))
            .note("Set the variable HOME.")
    })
}
