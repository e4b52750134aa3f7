//! Why a request had no connection or was not processed, and whether a retry can help.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::error::BoxError;
use crate::error::chain::chain;

/// Why a connection could not be established, or the server did not process a request.
///
/// The text is complete: libraries wrap it, and themselves hold causes that say less.
#[derive(Debug)]
pub(crate) struct ConnectError {
    text: Cow<'static, str>,
    source: Option<BoxError>,
    is_permanent: bool,
    /// There was a connection, but the server did not process the request.
    had_connection: bool,
}

#[cfg(feature = "http-client")]
impl ConnectError {
    /// A failure that every further attempt would have, too.
    pub(crate) fn permanent(text: impl Into<Cow<'static, str>>) -> Self {
        Self { is_permanent: true, ..Self::temporary(text) }
    }

    /// A failure that may pass.
    pub(crate) fn temporary(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), source: None, is_permanent: false, had_connection: false }
    }

    /// A request that had a connection, and that the server did not process.
    pub(crate) fn unprocessed(text: impl Into<Cow<'static, str>>) -> Self {
        Self { had_connection: true, ..Self::temporary(text) }
    }

    /// Adds what a library said.
    pub(crate) fn caused_by(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

impl ConnectError {
    /// Finds such an error in another one's chain of sources.
    pub(crate) fn find<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        chain(error).find_map(|error| error.downcast_ref())
    }

    /// Whether every further attempt would fail, too.
    pub(crate) fn is_permanent(&self) -> bool {
        self.is_permanent
    }

    /// Whether there was a connection.
    pub(crate) fn had_connection(&self) -> bool {
        self.had_connection
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for ConnectError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
