//! Invitations by e-mail.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::Invite;
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Invites people to become users, with one e-mail to each address.
    ///
    /// The response is not documented, and its body is ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::Invite;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// let invite = Invite {
    ///     emails: vec!["maija@example.com".to_owned(), "matti@example.com".to_owned()],
    ///     namespace_code: Some("sandbox".into()),
    ///     subject: Some("Welcome to Example".to_owned()),
    ///     ..Invite::default()
    /// };
    /// users.invite(&invite)?;
    ///
    /// assert_eq!(sandbox.outbox().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// There is no address; the namespace or a group is unknown.
    pub fn invite(&self, invite: &Invite) -> Result<()> {
        self.runtime.run(self.inner.invite(invite))
    }
}
