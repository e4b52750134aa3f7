//! Reads a user, changes it, and writes only the changed fields.

use trivore_models::{Changes, User, UserId};
use trivore_transport::{Error, Result};

use crate::Users;
use crate::accounts::valid;

impl Users {
    /// Reads a user, lets `change` edit it, and writes only the changed fields.
    ///
    /// A field that `change` sets to `None` is cleared with an explicit `null`. Fields that this
    /// version does not know remain unchanged. If nothing changed, nothing is sent.
    ///
    /// The service has no locking (none is documented). If someone else changes the same field
    /// between the read and the write, their change is overwritten.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let user = serde_json::json!({"nickName": "Maikki", "title": "Dr."});
    /// # let id = sandbox.add_user(user)?.into();
    /// let user = users
    ///     .modify(&id, |user| {
    ///         user.nick_name = None;
    ///         user.locale = Some("fi".to_owned());
    ///     })
    ///     .await?;
    ///
    /// assert_eq!((user.nick_name, user.locale.as_deref()), (None, Some("fi")));
    /// assert_eq!(user.title.as_deref(), Some("Dr."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `change` sets a password (use [`Users::change_password`]); no user has this identifier;
    /// the namespace's rules refuse a value.
    pub async fn modify<F>(&self, user: &UserId, change: F) -> Result<User>
    where
        F: FnOnce(&mut User) + Send,
    {
        let before = self.get(user).await?;
        let mut after = before.clone();
        change(&mut after);
        if after.password.is_some() {
            return Err(Error::input("`modify` cannot change a password; use `change_password`"));
        }
        let changes = Changes::between(&before, &after).map_err(Error::input)?;
        // Checks the changed fields only: the service may have others beyond the limits.
        valid(&changed(&changes)?)?;
        if changes.is_empty() {
            return Ok(before);
        }
        self.apply(user, &changes).await
    }
}

/// Returns a user with only the changed fields.
fn changed(changes: &Changes) -> Result<User> {
    let fields = serde_json::to_value(changes).map_err(Error::input)?;
    serde_json::from_value(fields).map_err(Error::input)
}
