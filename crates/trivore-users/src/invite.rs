//! Invitations by e-mail.

use trivore_models::Invite;
use trivore_transport::{Call, Error, Operation, ResponseShape, Result, Safety};

use crate::Users;

impl Users {
    /// Invites people to become users, with one e-mail to each address.
    ///
    /// The response is not documented, and its body is ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Invite;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let invite = Invite {
    ///     emails: vec!["maija@example.com".to_owned(), "matti@example.com".to_owned()],
    ///     namespace_code: Some("sandbox".into()),
    ///     subject: Some("Welcome to Example".to_owned()),
    ///     ..Invite::default()
    /// };
    /// users.invite(&invite).await?;
    ///
    /// assert_eq!(sandbox.outbox().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
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
    Operation::post("users.invite", "/api/rest/v1/invite/user", Safety::TouchesPerson)
        .returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] = &[&INVITE];
