//! Passwords: their requirements, and changing them.

use trivore_models::{
    Password, PasswordChange, PasswordRequirements, PasswordUpdateResult, UserId,
};
use trivore_transport::{Call, Error, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the requirements for a user's password.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn password_requirements(&self, user: &UserId) -> Result<PasswordRequirements> {
        self.client.send(Call::of(&PASSWORD_REQUIREMENTS, &[user.as_str()])).await
    }

    /// Changes a user's password.
    ///
    /// A password that breaks the requirements is not an error: the server responds with 200,
    /// and the result has `success: false` and the reasons (observed).
    ///
    /// # Errors
    ///
    /// The password is empty; no user has this identifier.
    pub async fn change_password(
        &self,
        user: &UserId,
        password: &Password,
    ) -> Result<PasswordUpdateResult> {
        let checked = if password.expose().is_empty() {
            Err(Error::input("the new password is empty"))
        } else {
            Ok(())
        };
        let change = PasswordChange { new_password: password.clone() };
        let call = Call::of(&CHANGE_PASSWORD, &[user.as_str()]).check(checked).json(&change);
        self.client.send(call).await
    }
}

static PASSWORD_REQUIREMENTS: Operation = Operation::get(
    "users.password_requirements",
    "/api/rest/v1/user/{userId}/password/requirements",
);
static CHANGE_PASSWORD: Operation =
    Operation::put("users.change_password", "/api/rest/v1/user/{userId}/password", Safety::OneShot);

pub(crate) const OPERATIONS: &[&Operation] = &[&PASSWORD_REQUIREMENTS, &CHANGE_PASSWORD];
