//! Where an answer could not be read.

use std::error::Error as StdError;
use std::fmt;

/// Why the body of a successful answer could not be read.
///
/// It tells the place and what was expected there, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub(crate) path: String,
    pub(crate) expected: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl DecodeError {
    /// JSON path of the value that does not fit, such as `resources[3].name`; `.` is the whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the operation expects there, such as `a string`, when known.
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The answer's content type, when it is not JSON.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(content_type) = &self.content_type {
            return write!(f, "the answer is not JSON but {content_type}");
        }
        write!(f, "the answer does not fit at {}", self.path)?;
        match &self.expected {
            Some(expected) => write!(f, ": expected {expected}"),
            None => Ok(()),
        }
    }
}

impl StdError for DecodeError {}
