//! The error for objects that cannot be added.

use thiserror::Error;

use crate::values::api_error::ApiError;

/// The error for an object that the service would reject.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct InvalidSeed(pub(super) String);

impl From<ApiError> for InvalidSeed {
    fn from(error: ApiError) -> Self {
        Self(error.message)
    }
}
