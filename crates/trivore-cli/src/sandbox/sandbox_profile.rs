//! The profile of the sandbox.

use std::fs;
use std::path::{Path, PathBuf};

use crate::connection::{ConfigEdit, config_folder};
use crate::failure::Failure;
use crate::private_file::create_private_folder;

/// The profile `sandbox`, which is there while the sandbox runs.
pub(super) struct SandboxProfile {
    /// The properties file that the sandbox writes.
    pub(super) properties: PathBuf,
}

impl SandboxProfile {
    /// Stores the profile; the default one if there is none, or if asked for.
    pub(super) fn store(properties: Option<&Path>, is_default: bool) -> Result<Self, Failure> {
        let folder = config_folder()?;
        let failed = |error| Failure::io(format_args!("cannot use {}", folder.display()), error);
        create_private_folder(&folder).map_err(failed)?;
        let properties = match properties {
            Some(path) => std::path::absolute(path).map_err(failed)?,
            None => folder.join(PROPERTIES),
        };
        let mut edit = ConfigEdit::open()?;
        let path = properties.to_string_lossy().into_owned();
        edit.set_profile(NAME, &[("properties", Some(path.into()))]);
        if is_default || edit.default_profile().is_none() {
            edit.set_default(NAME);
        }
        edit.save()?;
        Ok(Self { properties })
    }

    /// Removes the profile and the credentials, which are of no use any more.
    pub(super) fn remove() -> Result<(), Failure> {
        let path = config_folder()?.join(PROPERTIES);
        // If the file is not there, there is nothing to remove.
        let _ = fs::remove_file(path);
        let mut edit = ConfigEdit::open()?;
        edit.remove_profile(NAME);
        edit.save()
    }
}

const NAME: &str = "sandbox";

/// The properties file in the folder of the configuration, unless another one is named.
const PROPERTIES: &str = "sandbox.properties";
