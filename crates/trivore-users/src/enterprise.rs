//! Enterprise data of accounts that represent a legal entity.

use trivore_models::{Enterprise, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the enterprise data of a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn enterprise(&self, user: &UserId) -> Result<Enterprise> {
        self.send_or_default(Call::of(&ENTERPRISE, &[user.as_str()])).await
    }

    /// Writes the fields of a user's enterprise data that are set.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn update_enterprise(
        &self,
        user: &UserId,
        enterprise: &Enterprise,
    ) -> Result<Enterprise> {
        self.client.send(Call::of(&UPDATE_ENTERPRISE, &[user.as_str()]).json(enterprise)).await
    }
}

static ENTERPRISE: Operation =
    Operation::get("users.enterprise", "/api/rest/v1/user/{userId}/enterprise");
static UPDATE_ENTERPRISE: Operation = Operation::put(
    "users.update_enterprise",
    "/api/rest/v1/user/{userId}/enterprise",
    Safety::Idempotent,
);

pub(crate) const OPERATIONS: &[&Operation] = &[&ENTERPRISE, &UPDATE_ENTERPRISE];
