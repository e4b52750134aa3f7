//! Why a refresh failed, shared by all its waiters.

use std::sync::Arc;

use crate::error::Error;

/// Why a refresh failed; each waiter creates its own error from it.
#[derive(Clone, Debug)]
pub(crate) struct RefreshFailure(Arc<Error>);

impl RefreshFailure {
    pub(crate) fn new(error: Error) -> Self {
        Self(Arc::new(error))
    }

    /// Creates the error of a call that needed the token.
    pub(crate) fn to_error(&self) -> Error {
        Error::no_token(Arc::clone(&self.0))
    }

    /// Whether the failure is permanent: the token endpoint rejected the request, or a setting is
    /// invalid.
    pub(crate) fn is_permanent(&self) -> bool {
        self.0.is_configuration() || self.0.refuses_token()
    }

    /// Low-cardinality name of the failure, for logs.
    pub(crate) fn name(&self) -> &'static str {
        self.0.kind().failure().as_str()
    }
}
