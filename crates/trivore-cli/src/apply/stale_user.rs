//! Why a change of a plan is not applied.

use trivore::Error;

/// The user changed after the plan was made, so the change is not applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum StaleUser {
    #[error("the user was changed after the plan was made")]
    Changed,
    #[error("the user was deleted after the plan was made")]
    Deleted,
    #[error("a user with this {key} exists, and has other values of {fields}")]
    Exists { key: String, fields: String },
    #[error("several users have this {0}")]
    Several(String),
}

impl StaleUser {
    /// Whether a call failed for such a reason.
    pub(super) fn is_cause_of(error: &Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

impl From<StaleUser> for Error {
    fn from(stale: StaleUser) -> Self {
        Self::before_sending(stale)
    }
}
