//! Errors of any type.

use std::error::Error as StdError;

/// Any error, as in tower's middleware.
pub type BoxError = Box<dyn StdError + Send + Sync>;
