//! Users who were created and cannot be found by their key.

use trivore::Error;
use trivore::models::UserId;

/// A user was created, and the service did not store its key, so that nothing finds it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the user was created as {id}, but the service did not store its {key}; set it with `trivore \
     users update {id}`, or delete the user, before you make a new plan"
)]
pub(super) struct CreatedWithoutKey {
    pub(super) id: UserId,
    pub(super) key: String,
}

impl CreatedWithoutKey {
    /// Whether a call failed for such a reason.
    pub(super) fn is_cause_of(error: &Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}
