//! Moving a user to another namespace.

use trivore_models::{NamespaceMigrationOptions, User, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Moves a user to another namespace and returns the new user.
    ///
    /// The service deletes the original user and creates a new one, which keeps what the options
    /// select (documented). The new user may have another identifier.
    ///
    /// # Errors
    ///
    /// The user or the namespace does not exist, or the user name is taken in that namespace.
    pub async fn migrate_namespace(
        &self,
        user: &UserId,
        options: &NamespaceMigrationOptions,
    ) -> Result<User> {
        self.client.send(Call::of(&MIGRATE_NAMESPACE, &[user.as_str()]).json(options)).await
    }
}

static MIGRATE_NAMESPACE: Operation = Operation::post(
    "users.migrate_namespace",
    "/api/rest/v1/user/{userId}/migratenamespace",
    Safety::NotIdempotent,
);

pub(crate) const OPERATIONS: &[&Operation] = &[&MIGRATE_NAMESPACE];
