//! Reads a user, changes it, and writes only the changed fields.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{User, UserId};
#[cfg(doc)]
use trivore_users::IncompleteChange;
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Reads a user, lets `change` edit it, and writes only the changed fields.
    ///
    /// A field that `change` sets to `None` is cleared with an explicit `null`. Members that were
    /// removed from custom fields, or from fields that this version does not know, are omitted
    /// first, because the service could store a `null` there (inferred; neither is documented).
    /// Only if the response still contains some of them, a second request clears them with `null`.
    /// So there are at most two writes, and none if nothing changed.
    ///
    /// Unchanged parts of changed fields are sent as the service sent them, including integers
    /// beyond 64 bits. Limits are checked as by [`User::validate_change`]: a stored user that
    /// exceeds one can still be changed and repaired. [Read-only fields](User::READ_ONLY_FIELDS)
    /// are never sent.
    ///
    /// The service has no locking (none is documented). If someone else changes the same field
    /// between the read and a write, their change is overwritten. The second write keeps what they
    /// changed before the response to the first one.
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
    /// # let user = serde_json::json!({"nickName": "Maikki", "title": "Dr."});
    /// # let id = sandbox.add_user(user)?.into();
    /// let user = users
    ///     .modify(&id, |user| {
    ///         user.nick_name = None;
    ///         user.locale = Some("fi".to_owned());
    ///     })?;
    ///
    /// assert_eq!((user.nick_name, user.locale.as_deref()), (None, Some("fi")));
    /// assert_eq!(user.title.as_deref(), Some("Dr."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `change` sets a password (use [`Users::change_password`]), edits a read-only field, or makes
    /// the user exceed a limit more than before; no user has this identifier; the namespace's rules
    /// reject a value. If the change was applied only in part,
    /// [`IncompleteChange::of`] returns what is left.
    pub fn modify<F>(&self, user: &UserId, change: F) -> Result<User>
    where
        F: FnOnce(&mut User) + Send,
    {
        self.runtime.run(self.inner.modify(user, change))
    }
}
