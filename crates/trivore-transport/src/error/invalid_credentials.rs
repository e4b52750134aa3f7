//! Why credentials cannot be used.

/// Why credentials are invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid credentials: {0}")]
pub struct InvalidCredentials(pub(crate) &'static str);
