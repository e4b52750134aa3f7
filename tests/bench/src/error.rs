//! Errors of a section.

/// Any error that stops a section.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a section's step.
pub type Result<T, E = Error> = std::result::Result<T, E>;
