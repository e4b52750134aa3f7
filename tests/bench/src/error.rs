//! Why a section could not go on.

/// Anything that stops a section.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a section's steps return.
pub type Result<T, E = Error> = std::result::Result<T, E>;
