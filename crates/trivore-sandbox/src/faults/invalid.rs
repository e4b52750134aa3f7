//! Scripts that cannot be carried out.

use thiserror::Error;

/// A fault script that could never do what it says, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidFault(String);

impl InvalidFault {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}
