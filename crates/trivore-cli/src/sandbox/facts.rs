//! What is known about the sandbox that runs, or that was killed.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::connection::{config_folder, state_folder};
use crate::failure::Failure;
use crate::private_file::{self, write_private};

/// What is stored while a sandbox runs, so that its profile can be removed afterwards.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SandboxFacts {
    /// The name of its profile.
    pub(super) profile: String,
    /// The properties file that it writes.
    pub(super) properties: String,
    /// The default profile before it started.
    pub(super) earlier_default: Option<String>,
    /// A checksum of the options that it was started with, which can contain secrets.
    pub(super) options: String,
}

impl SandboxFacts {
    /// Those of a sandbox with the profile `sandbox` and the usual properties file.
    pub(super) fn usual() -> Result<Self, Failure> {
        let properties = usual_properties()?.to_string_lossy().into_owned();
        Ok(Self {
            profile: NAME.to_owned(),
            properties,
            earlier_default: None,
            options: String::new(),
        })
    }

    /// Reads those of the sandbox that runs, or that was killed.
    pub(super) fn read() -> Result<Option<Self>, Failure> {
        let path = path()?;
        match fs::read(&path) {
            // A file that is not valid is of another version.
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io(format_args!("cannot read {}", path.display()), error)),
        }
    }

    pub(super) fn write(&self) -> Result<(), Failure> {
        let path = path()?;
        let written = serde_json::to_string(self)
            .map_err(Into::into)
            .and_then(|text| write_private(&path, &format!("{text}\n")));
        written.map_err(|error| Failure::io(format_args!("cannot write {}", path.display()), error))
    }

    /// Removes the file.
    pub(super) fn forget() -> Result<(), Failure> {
        private_file::remove(&path()?)
    }
}

/// The properties file, unless another one is named.
pub(super) fn usual_properties() -> Result<PathBuf, Failure> {
    Ok(config_folder()?.join("sandbox.properties"))
}

fn path() -> Result<PathBuf, Failure> {
    Ok(state_folder()?.join("sandbox.json"))
}

/// The name of the profile, unless another one is given.
pub(super) const NAME: &str = "sandbox";
