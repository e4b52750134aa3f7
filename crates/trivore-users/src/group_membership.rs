//! The groups that a user belongs to.

use trivore_models::{GroupMembership, UserId};
use trivore_transport::{Call, Operation, Result};

use crate::Users;

impl Users {
    /// Reads the groups that a user belongs to, with their names (observed).
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn group_membership(&self, user: &UserId) -> Result<Vec<GroupMembership>> {
        self.send_or_default(Call::of(&GROUP_MEMBERSHIP, &[user.as_str()])).await
    }
}

static GROUP_MEMBERSHIP: Operation =
    Operation::get("users.group_membership", "/api/rest/v1/user/{userId}/groupmembership");

pub(crate) const OPERATIONS: &[&Operation] = &[&GROUP_MEMBERSHIP];
