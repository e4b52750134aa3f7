//! Why there is no token, for all who wait for it.

use std::sync::Arc;

use crate::error::Error;

/// Why a refresh failed; each call that waited makes an error of its own from it.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Error>);

impl Failure {
    pub(crate) fn new(error: Error) -> Self {
        Self(Arc::new(error))
    }

    /// The error of a call that needed the token.
    pub(crate) fn to_error(&self) -> Error {
        Error::no_token(Arc::clone(&self.0))
    }

    /// Whether asking again would bring the same: the server has refused, or a setting is wrong.
    pub(crate) fn is_hard(&self) -> bool {
        self.0.is_configuration() || self.0.is_refusal()
    }

    /// Low-cardinality name of what happened.
    pub(crate) fn name(&self) -> &'static str {
        self.0.kind().failure().as_str()
    }
}
