//! Why there is no connection, and what a failed request means.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::BoxError;
use crate::error::chain::chain;

/// Why a connection could not be opened; several requests may fail with it.
#[derive(Clone, Debug)]
pub(super) struct OpenError(Arc<BoxError>);

impl OpenError {
    pub(super) fn new(error: impl Into<BoxError>) -> Self {
        Self(Arc::new(error.into()))
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection could be opened")
    }
}

impl StdError for OpenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_ref().as_ref())
    }
}

/// How an HTTP/2 server ended a request without a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// It did not process this request (`REFUSED_STREAM`): RFC 9113, section 8.7.
    Refused,
    /// It did not process this request and all after it (`GOAWAY`): RFC 9113, section 6.8.
    GoneAway,
    /// It reset this request, and may have processed it.
    Reset,
}

impl StreamEnd {
    pub(super) fn of(error: &hyper::Error) -> Option<Self> {
        let error = chain(error).find_map(|error| error.downcast_ref::<h2::Error>())?;
        // Requests that a `GOAWAY` leaves to be processed end with another error, if with any.
        match error.is_remote() {
            true if error.is_go_away() => Some(Self::GoneAway),
            true if error.reason() == Some(h2::Reason::REFUSED_STREAM) => Some(Self::Refused),
            true if error.is_reset() => Some(Self::Reset),
            _ => None,
        }
    }
}
