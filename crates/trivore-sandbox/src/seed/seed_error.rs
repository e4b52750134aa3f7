//! Why a seed cannot be used.

use std::fmt;

/// An error in a seed, with its place; it never shows a value of the seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeedError {
    /// Line and column, counted from 1; `None` if the seed could not be read at all.
    pub(super) place: Option<(usize, usize)>,
    /// Path of the field, such as `users[3].name`.
    pub(super) path: String,
    pub(super) message: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for SeedError {}
