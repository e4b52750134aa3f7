//! What became of a step.

use std::fmt;

use crate::tools::Unavailable;

/// Result of one step.
pub(super) enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

impl Outcome {
    /// Runs a check with what it needs, or skips it if that is missing.
    pub(super) fn of<T>(
        needed: Result<T, Unavailable>,
        check: impl FnOnce(T) -> Result<(), String>,
    ) -> Self {
        match needed {
            Ok(needed) => check(needed).into(),
            Err(Unavailable::Missing(reason)) => Self::Skipped(reason),
            Err(Unavailable::Failed(reason)) => Self::Failed(reason),
        }
    }
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Passed)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("PASS"),
            Self::Skipped(reason) => write!(f, "SKIP ({reason})"),
            Self::Failed(reason) => write!(f, "FAIL {reason}"),
        }
    }
}
