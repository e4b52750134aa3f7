//! What a command did for one user.

use serde::Serialize;
use trivore::models::UserId;

use crate::context::Context;
use crate::failure::Failure;

/// What a command did for a user; the shape of the output.
#[derive(Serialize)]
pub(crate) struct UserOutcome<'a> {
    pub(crate) id: &'a UserId,
    pub(crate) outcome: &'static str,
}

impl UserOutcome<'_> {
    /// Checks the columns of the result before anything is sent.
    pub(crate) fn check_columns(context: &Context) -> Result<(), Failure> {
        context.check_columns(&["id", "outcome"])
    }

    pub(crate) fn write(&self, context: &Context) -> Result<(), Failure> {
        context.output().object(self)
    }
}
