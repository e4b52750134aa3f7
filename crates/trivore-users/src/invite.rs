//! Invitations by e-mail.

use trivore_models::Invite;
use trivore_transport::{Call, Error, Operation, Result, Safety};

use crate::Users;

impl Users {
    /// Invites people to become users, with one e-mail to each address.
    ///
    /// The response is not documented, and its body is ignored.
    ///
    /// # Errors
    ///
    /// There is no address; the namespace or a group is unknown.
    pub async fn invite(&self, invite: &Invite) -> Result<()> {
        let checked = if invite.emails.is_empty() {
            Err(Error::input("an invitation requires at least one e-mail address"))
        } else {
            Ok(())
        };
        self.client.execute(Call::of(&INVITE, &[]).check(checked).json(invite)).await
    }
}

static INVITE: Operation =
    Operation::post("users.invite", "/api/rest/v1/invite/user", Safety::TouchesPerson);

pub(crate) const OPERATIONS: &[&Operation] = &[&INVITE];
