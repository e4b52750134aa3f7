//! Passwords: their requirements, and changing them.

use trivore_models::{
    Password, PasswordChange, PasswordRequirements, PasswordUpdateResult, UserId,
};
use trivore_transport::{Call, Error, Operation, ResponseShape, Result, Safety};

use crate::Users;

impl Users {
    /// Reads the requirements for a user's password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::PasswordGenerator;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let policy = serde_json::json!({"minPwLength": 24});
    /// # let strict = serde_json::json!({"code": "strict", "defaultGroupPolicy": policy});
    /// # sandbox.add_namespace(strict)?;
    /// # let id = sandbox.add_user(serde_json::json!({"nsCode": "strict"}))?.into();
    /// let requirements = users.password_requirements(&id).await?;
    /// assert_eq!(requirements.min_length, Some(24));
    ///
    /// let password = PasswordGenerator::new().satisfying(&requirements).generate()?;
    /// assert_eq!(password.expose().len(), 24);
    /// # Ok(())
    /// # }
    /// ```
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
    /// # Examples
    ///
    /// ```
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let result = users.change_password(&id, &"maija1".into()).await?;
    ///
    /// // The call succeeded, but the password was not changed.
    /// assert!(!result.success);
    /// let codes: Vec<_> = result.validation_errors().iter().map(|error| &error.code).collect();
    /// assert_eq!(codes.len(), 2); // too short, and contains the username
    ///
    /// let result = users.change_password(&id, &"Sininen-Kuu-42".into()).await?;
    /// assert!(result.success);
    /// # Ok(())
    /// # }
    /// ```
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
)
.returns(ResponseShape::NoError);
static CHANGE_PASSWORD: Operation =
    Operation::put("users.change_password", "/api/rest/v1/user/{userId}/password", Safety::OneShot)
        .returns(ResponseShape::Member("success"));

pub(crate) const OPERATIONS: &[&Operation] = &[&PASSWORD_REQUIREMENTS, &CHANGE_PASSWORD];
