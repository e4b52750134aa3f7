//! Student state.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{StudentState, UserId};
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads whether a user is a student.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::StudentStatus;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let state = trivore::models::StudentState::new(StudentStatus::PartTime);
    /// # users.update_student_state(&id, &state)?;
    /// let state = users.student_state(&id)?;
    ///
    /// assert_eq!(state.state, Some(StudentStatus::PartTime));
    /// assert!(state.updated.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub fn student_state(&self, user: &UserId) -> Result<StudentState> {
        self.runtime.run(self.inner.student_state(user))
    }

    /// Writes a user's student state and returns the resulting one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::{StudentState, StudentStatus};
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let mut state = StudentState::new(StudentStatus::FullTime);
    /// state.student_to = Some("2027-05-31".into());
    /// let written = users.update_student_state(&id, &state)?;
    ///
    /// assert_eq!(written.state, Some(StudentStatus::FullTime));
    /// assert_eq!(written.student_to, state.student_to);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier; [`check_depth`](trivore_models::check_depth) or
    /// [`check_members`](trivore_models::check_members) rejects the state.
    pub fn update_student_state(
        &self,
        user: &UserId,
        state: &StudentState,
    ) -> Result<StudentState> {
        self.runtime.run(self.inner.update_student_state(user, state))
    }
}
