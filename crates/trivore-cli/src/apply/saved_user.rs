//! A private file with a user as it was before a change.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use trivore::models::{Changes, UserId};

use super::complete_user::ReceivedUser;
use crate::failure::Failure;
use crate::private_file::write_private;

/// A user as it was before a change, and the change.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedUser {
    /// The address of the service.
    pub(super) service: String,
    pub(super) id: UserId,
    pub(super) user: ReceivedUser,
    pub(super) changes: Changes,
}

impl SavedUser {
    /// Writes the file, which is on the disk afterwards.
    pub(super) fn save(&self, path: &Path) -> io::Result<()> {
        let path = std::path::absolute(path)?;
        write_private(&path, &serde_json::to_string(self)?)?;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Reads the file, if an earlier run has left one.
    pub(super) fn load(path: &Path, service: &str) -> Result<Option<Self>, Failure> {
        let name = path.display();
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io(format!("cannot read {name}"), error)),
            Ok(text) => text,
        };
        let saved: Self = serde_json::from_str(&text).map_err(|_shows_values| {
            Failure::usage(format!("{name} is no user that an earlier run has saved"))
                .note("Move it away. Nothing was sent.")
        })?;
        if saved.service != service {
            let message = format!("{name} is of an earlier run at {}", saved.service);
            return Err(Failure::usage(message).note("Resume that run first. Nothing was sent."));
        }
        Ok(Some(saved))
    }
}
