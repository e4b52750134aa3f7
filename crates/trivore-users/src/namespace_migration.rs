//! Moving a user to another namespace.

use trivore_models::{NamespaceMigrationOptions, User, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Moves a user to another namespace and returns the new user.
    ///
    /// The original user is deleted and a new one created, which keeps what the options
    /// say (documented): its identifier may be another one.
    ///
    /// # Errors
    ///
    /// The server knows no such user or namespace, or the user name is taken there.
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
