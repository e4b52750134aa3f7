//! Creates a user, and looks it up if the outcome is unknown.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::User;
use trivore_users::{CreatedUser, Result};
#[cfg(doc)]
use trivore_users::{Error, FailedLookUp, FoundUser};

use crate::blocking::Users;

impl Users {
    /// Creates a user with a username, and looks it up if the outcome of the call is unknown.
    ///
    /// It is [`create`](Self::create) for connections that fail: if the response is lost, the user
    /// is [looked up](trivore_users::Reconcile::create) by its username and namespace. If it is there and
    /// is the new one, the call succeeds. If no user has the name, the user is created again, with
    /// the same password, in at most three attempts; because a username is unique in its namespace
    /// (documented), only one of them can succeed.
    ///
    /// The client needs the permission to read users, too. Set `namespace_code` if there are other
    /// namespaces in which a user may have the same name.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore::models::User;
    ///
    /// # use trivore::transport::{Client, Credentials};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// # let sandbox = runtime.block_on(trivore_sandbox::Sandbox::start())?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore::blocking::Users::new(client.build()?)?;
    /// # let lost = trivore_sandbox::Fault::reset_after_applying().on(http::Method::POST, "/user");
    /// # let lost = sandbox.inject(lost)?;
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.namespace_code = Some("sandbox".into());
    /// let created = users.create_once(&user)?; // the response was lost
    ///
    /// assert_eq!(created.user.username, user.username);
    /// # assert_eq!(lost.hits(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`create`](Self::create); the user has no username. After an unknown
    /// outcome, another user has the username, or it cannot be told whether it is the new one:
    /// [`FoundUser::of`](trivore_users::FoundUser::of) returns it. Or the look-up failed:
    /// [`FailedLookUp::of`](trivore_users::FailedLookUp::of) returns why.
    /// [`Error::may_have_been_applied`] is true only if it is still unknown whether the user was
    /// created.
    pub fn create_once(&self, user: &User) -> Result<CreatedUser> {
        self.runtime.run(self.inner.create_once(user))
    }
}
