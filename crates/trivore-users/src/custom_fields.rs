//! Custom fields: small data that an application stores with a user.

use trivore_models::{CustomFields, UserId};
use trivore_transport::{Call, Error, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the custom fields of a user; empty if there are none.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn custom_fields(&self, user: &UserId) -> Result<CustomFields> {
        self.send_or_default(Call::of(&CUSTOM_FIELDS, &[user.as_str()])).await
    }

    /// Writes the given custom fields of a user, and leaves the others unchanged (documented).
    ///
    /// # Errors
    ///
    /// A name contains `.` or starts with `$` (both documented as not allowed); no user has
    /// this identifier.
    pub async fn update_custom_fields(&self, user: &UserId, fields: &CustomFields) -> Result<()> {
        let call = Call::of(&UPDATE_CUSTOM_FIELDS, &[user.as_str()])
            .check(fields.validate().map_err(Error::input))
            .json(fields);
        self.client.execute(call).await
    }

    /// Deletes all custom fields of a user.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn delete_custom_fields(&self, user: &UserId) -> Result<()> {
        self.client.execute(Call::of(&DELETE_CUSTOM_FIELDS, &[user.as_str()])).await
    }
}

static CUSTOM_FIELDS: Operation =
    Operation::get("users.custom_fields", "/api/rest/v1/user/{userId}/customfields");
static UPDATE_CUSTOM_FIELDS: Operation = Operation::post(
    "users.update_custom_fields",
    "/api/rest/v1/user/{userId}/customfields",
    Safety::Idempotent,
);
static DELETE_CUSTOM_FIELDS: Operation = Operation::delete(
    "users.delete_custom_fields",
    "/api/rest/v1/user/{userId}/customfields",
    Safety::Idempotent,
);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&CUSTOM_FIELDS, &UPDATE_CUSTOM_FIELDS, &DELETE_CUSTOM_FIELDS];
