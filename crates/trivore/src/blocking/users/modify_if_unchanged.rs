//! Modifies a user unless someone else changed it meanwhile.
//!
//! Made from `trivore-users` by `cargo xtask blocking --record`; do not edit it.

use trivore_models::{User, UserId};
#[cfg(doc)]
use trivore_users::ChangedMeanwhile;
use trivore_users::Result;

use crate::blocking::Users;

impl Users {
    /// Modifies a user, and starts again if someone else changes it meanwhile.
    ///
    /// It works like [`modify`](Self::modify), and reads the user once more just before it writes:
    /// if `meta.lastModified` is another one, `change` edits the newer user, at most five times.
    /// After the write, it compares the response: if fields have changed that `change` has not
    /// edited, someone wrote at the same time. Then `change` edits the newest user, in which the
    /// fields of its earlier edit have the values that they had before; what differs from the stored
    /// user is written. So `change` never sees its own edit, and a counter counts once. If someone
    /// has changed one of these fields after the write, the call fails with [`ChangedMeanwhile`],
    /// and nothing more is written.
    ///
    /// This narrows the race, but does not exclude it: the service has no conditional requests
    /// (none is documented). If someone else changes the same field between the second read and the
    /// write, or twice in the same millisecond, their change is overwritten. If the outcome of the
    /// write is unknown after all attempts, which send the same values, the user is read: if it was
    /// changed and has what was written, the call goes on, and otherwise it fails. Then read the user
    /// before you call it again.
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
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": {"team": "blue"}}))?.into();
    /// let user = users
    ///     .modify_if_unchanged(&id, |user| {
    ///         let fields = user.custom_fields.get_or_insert_default();
    ///         let is_blue = matches!(fields.get_as::<String>("team"), Ok(Some(team)) if team == "blue");
    ///         fields.insert("color", if is_blue { "#0000ff" } else { "#ffffff" });
    ///     })?;
    ///
    /// assert_eq!(user.custom_fields.unwrap().get_as("color")?, Some("#0000ff".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`modify`](Self::modify); the service does not say when the user was
    /// last changed; someone else changed the user every time, or changed an edited field after the
    /// write: [`ChangedMeanwhile::of`] returns that.
    pub fn modify_if_unchanged<F>(&self, user: &UserId, change: F) -> Result<User>
    where
        F: FnMut(&mut User) + Send,
    {
        self.runtime.run(self.inner.modify_if_unchanged(user, change))
    }
}
