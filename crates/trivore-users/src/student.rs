//! Student state.

use trivore_models::{StudentState, UserId};
use trivore_transport::{Call, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Reads whether a user is a student.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn student_state(&self, user: &UserId) -> Result<StudentState> {
        self.send_or_default(Call::of(&STUDENT_STATE, &[user.as_str()])).await
    }

    /// Writes a user's student state and returns the resulting one.
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn update_student_state(
        &self,
        user: &UserId,
        state: &StudentState,
    ) -> Result<StudentState> {
        self.client.send(Call::of(&UPDATE_STUDENT_STATE, &[user.as_str()]).json(state)).await
    }
}

static STUDENT_STATE: Operation =
    Operation::get("users.student_state", "/api/rest/v1/user/{userId}/student/state");
static UPDATE_STUDENT_STATE: Operation = Operation::post(
    "users.update_student_state",
    "/api/rest/v1/user/{userId}/student/state",
    Safety::NotIdempotent,
);

pub(crate) const OPERATIONS: &[&Operation] = &[&STUDENT_STATE, &UPDATE_STUDENT_STATE];
