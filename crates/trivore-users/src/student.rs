//! Student state.

use trivore_models::{StudentState, UserId};
use trivore_transport::{Call, Operation, ResponseShape, Result, Safety};

use crate::Users;
use crate::users::check_body;

impl Users {
    /// Reads whether a user is a student.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::StudentStatus;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// # let state = trivore_models::StudentState::new(StudentStatus::PartTime);
    /// # users.update_student_state(&id, &state).await?;
    /// let state = users.student_state(&id).await?;
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
    pub async fn student_state(&self, user: &UserId) -> Result<StudentState> {
        self.send_or_default(Call::of(&STUDENT_STATE, &[user.as_str()])).await
    }

    /// Writes a user's student state and returns the resulting one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{StudentState, StudentStatus};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let mut state = StudentState::new(StudentStatus::FullTime);
    /// state.student_to = Some("2027-05-31".into());
    /// let written = users.update_student_state(&id, &state).await?;
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
    pub async fn update_student_state(
        &self,
        user: &UserId,
        state: &StudentState,
    ) -> Result<StudentState> {
        let call = Call::of(&UPDATE_STUDENT_STATE, &[user.as_str()]);
        self.client.send(call.check(check_body(state)).json(state)).await
    }
}

static STUDENT_STATE: Operation =
    Operation::get("users.student_state", "/api/rest/v1/user/{userId}/student/state")
        .returns(ResponseShape::NoError);
static UPDATE_STUDENT_STATE: Operation = Operation::post(
    "users.update_student_state",
    "/api/rest/v1/user/{userId}/student/state",
    Safety::NotIdempotent,
)
.returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[&STUDENT_STATE, &UPDATE_STUDENT_STATE];
