//! Why a configuration cannot be used.

use std::io;
use std::path::PathBuf;

use trivore_transport::{BuildError, Error};

/// Why a configuration cannot be used.
///
/// No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The properties file could not be read.
    #[error("the properties file {} could not be read", path.display())]
    File {
        /// Where it was looked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A line of the properties file is malformed.
    #[error("line {line} of {} has a malformed \\u escape", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
    },
    /// A setting is missing or empty.
    #[error("{key} is missing in {place}")]
    MissingKey {
        /// Name of the key or variable.
        key: &'static str,
        /// Where it was looked for.
        place: String,
    },
    /// There are an access token and other credentials, and it is not clear which to use.
    #[error("an access token is given besides other credentials: choose one")]
    AmbiguousCredentials,
    /// Address, credentials or another setting cannot be used.
    #[error(transparent)]
    Client(#[from] BuildError),
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::configuration(error)
    }
}
