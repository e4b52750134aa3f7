//! Errors of the data file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a data file cannot be used.
#[derive(Debug, Error)]
pub(crate) enum DataError {
    #[error("cannot {action} the data file {}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error("{} is not a file", path.display())]
    NoFile { path: PathBuf },
    #[error("the data file {} is in use by another process", path.display())]
    InUse { path: PathBuf },
    #[error(
        "{} is not a data file of this version of the sandbox: it does not begin with {MAGIC:?}",
        path.display()
    )]
    Foreign { path: PathBuf },
    #[error("the data file {} is damaged at offset {offset}: {what}", path.display())]
    Damaged { path: PathBuf, offset: u64, what: String },
}

/// The first line of a data file.
pub(super) const MAGIC: &str = "trivore-sandbox data 1\n";
