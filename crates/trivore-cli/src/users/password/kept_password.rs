//! A new file that keeps a generated password, which only its owner can read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use trivore::models::Password;

use crate::failure::{Failure, FailureKind};
use crate::known_secrets::remember_secret;
use crate::private_file;

/// A file that has been written.
pub(crate) struct KeptPassword(PathBuf);

impl KeptPassword {
    /// Writes the file before the password is used, so that it cannot be lost.
    ///
    /// # Errors
    ///
    /// The file exists already, or cannot be written.
    pub(crate) fn create(path: PathBuf, password: &Password) -> Result<Self, Failure> {
        let failed = |path: &Path, error: io::Error| {
            Failure::usage(format!("cannot write the password to {}: {error}", path.display()))
        };
        remember_secret(password.expose());
        let mut file = private_file::create(&path).map_err(|error| failed(&path, error))?;
        let written = writeln!(file, "{}", password.expose()).and_then(|()| file.sync_all());
        if let Err(error) = written {
            drop(fs::remove_file(&path));
            return Err(failed(&path, error));
        }
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> impl std::fmt::Display {
        self.0.display()
    }

    /// Removes the file after a failure, unless the password may be in use.
    pub(crate) fn after(self, failure: Failure) -> Failure {
        if failure.kind() == FailureKind::Unknown {
            return failure.note(format!("If it was applied, the password is in {}.", self.path()));
        }
        match fs::remove_file(&self.0) {
            Ok(()) => failure,
            Err(error) => failure.note(format!("{} is left over: {error}", self.path())),
        }
    }
}
