//! Why a configuration cannot be used.

use std::io;
use std::path::PathBuf;

use trivore_transport::{BuildError, Error};

/// Why a configuration cannot be used.
///
/// Messages never contain secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The properties file could not be read.
    #[error("the properties file {path:?} could not be read")]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A line of the properties file is malformed.
    #[error("line {line} of {path:?} has a malformed \\u escape")]
    Syntax {
        /// The path of the file.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
    },
    /// An environment variable is set, and its value is not Unicode.
    #[error("the environment variable {variable} is not Unicode")]
    NotUnicode {
        /// Name of the variable.
        variable: &'static str,
    },
    /// A setting is missing or empty.
    #[error("{key} is missing in {place}")]
    MissingKey {
        /// The name of the key or variable.
        key: &'static str,
        /// The file, or the environment.
        place: String,
    },
    /// There are an access token and other credentials.
    #[error("an access token and other credentials are set; set only one of them")]
    AmbiguousCredentials,
    /// The thread of the blocking API could not be started.
    #[error("the thread of the blocking API could not be started")]
    Thread(#[source] io::Error),
    /// The address, the credentials or another setting is invalid.
    #[error(transparent)]
    Client(#[from] BuildError),
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::configuration(error)
    }
}
