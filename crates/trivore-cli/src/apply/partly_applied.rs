//! Changes that the service accepted and did not store completely.

use trivore::Error;

/// The service accepted a change, and some fields are not as they were to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the service did not store what was sent of {fields}")]
pub(super) struct PartlyApplied {
    fields: String,
}

impl PartlyApplied {
    /// Makes the error; the change does not count as done, so that a journal does not skip it.
    pub(super) fn of(fields: &[String]) -> Error {
        Error::before_sending(Self { fields: fields.join(", ") })
    }

    /// Whether a call failed for such a reason.
    pub(super) fn is_cause_of(error: &Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}
