//! The error for invalid fault scripts.

use thiserror::Error;

/// The error for a fault script that can never take effect, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidFault(String);

impl InvalidFault {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}
