//! Read, change, and write only what changed.

use trivore_models::{Changes, User, UserId};
use trivore_transport::{Error, Result};

use crate::Users;
use crate::accounts::valid;

impl Users {
    /// Reads a user, lets `change` edit it, and writes just what it changed.
    ///
    /// What was set to `None` is cleared with an explicit `null`; fields that this
    /// version does not know stay as they are; when nothing changed, nothing is sent.
    /// The service has no locking (none is documented): between reading and writing,
    /// somebody else's change of the same field is overwritten.
    ///
    /// ```no_run
    /// # async fn example(users: trivore_users::Users) -> trivore_transport::Result<()> {
    /// let user = users
    ///     .modify(&"5b0cfba4e2bb230ff8b535e6".into(), |user| {
    ///         user.nick_name = None;
    ///         user.locale = Some("fi".into());
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier; the namespace's rules refuse a value; the change
    /// sets a password, which [`Users::change_password`] takes instead.
    pub async fn modify<F>(&self, user: &UserId, change: F) -> Result<User>
    where
        F: FnOnce(&mut User) + Send,
    {
        let before = self.get(user).await?;
        let mut after = before.clone();
        change(&mut after);
        if after.password.is_some() {
            return Err(Error::input("a change carries no password: change_password does"));
        }
        let changes = Changes::between(&before, &after).map_err(Error::input)?;
        // Only what changes is checked: what the service has it may keep.
        valid(&changed(&changes)?)?;
        if changes.is_empty() {
            return Ok(before);
        }
        self.apply(user, &changes).await
    }
}

/// A user that has just the changed fields.
fn changed(changes: &Changes) -> Result<User> {
    let fields = serde_json::to_value(changes).map_err(Error::input)?;
    serde_json::from_value(fields).map_err(Error::input)
}
