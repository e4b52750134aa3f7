//! Passwords: their requirements, and changing them.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{Password, PasswordRequirements, PasswordUpdateResult, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads the requirements for a user's password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::users::PasswordGenerator;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let policy = serde_json::json!({"minPwLength": 24});
    /// # let strict = serde_json::json!({"code": "strict", "defaultGroupPolicy": policy});
    /// # sandbox.add_namespace(strict)?;
    /// # let id = sandbox.add_user(serde_json::json!({"nsCode": "strict"}))?.into();
    /// let requirements = users.password_requirements(&id)?;
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
    pub fn password_requirements(&self, user: &UserId) -> Result<PasswordRequirements> {
        self.runtime.run(self.inner.password_requirements(user))
    }

    /// Changes a user's password.
    ///
    /// A password that breaks the requirements is not an error: the server responds with 200,
    /// and the result has `success: false` and the reasons (observed).
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let result = users.change_password(&id, &"maija1".into())?;
    ///
    /// // The call succeeded, but the password was not changed.
    /// assert!(!result.success);
    /// let codes: Vec<_> = result.validation_errors().iter().map(|error| &error.code).collect();
    /// assert_eq!(codes.len(), 2); // too short, and contains the username
    ///
    /// let result = users.change_password(&id, &"Sininen-Kuu-42".into())?;
    /// assert!(result.success);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The password is empty; no user has this identifier.
    pub fn change_password(
        &self,
        user: &UserId,
        password: &Password,
    ) -> Result<PasswordUpdateResult> {
        self.runtime.run(self.inner.change_password(user, password))
    }
}
