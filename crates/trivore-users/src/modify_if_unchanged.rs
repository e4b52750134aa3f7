//! Modifies a user unless someone else changed it meanwhile.

use std::fmt;

use trivore_models::{Changes, Timestamp, User, UserId};
use trivore_transport::{DecodeError, Error, Result};

use crate::Users;
use crate::accounts::GET;
use crate::modify::changes;
use crate::users::fields;

impl Users {
    /// Modifies a user, and starts again if someone else changes it meanwhile.
    ///
    /// It works like [`modify`](Self::modify), and reads the user once more just before it writes:
    /// if `meta.lastModified` is another one, `change` edits the newer user, at most five times.
    /// After the write, it compares the response: if fields have changed that `change` has not
    /// edited, someone wrote at the same time, and `change` edits the user again.
    ///
    /// `change` may run again on a user that already has its edit, so it must set values that do not
    /// depend on its own earlier edit: a counter would count twice.
    ///
    /// This narrows the race, but does not exclude it: the service has no conditional requests
    /// (none is documented). If someone else changes the same field between the second read and the
    /// write, or twice in the same millisecond, their change is overwritten.
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
    /// # let id = sandbox.add_user(serde_json::json!({"customFields": {"team": "blue"}}))?.into();
    /// let user = users
    ///     .modify_if_unchanged(&id, |user| {
    ///         let fields = user.custom_fields.get_or_insert_default();
    ///         let is_blue = matches!(fields.get_as::<String>("team"), Ok(Some(team)) if team == "blue");
    ///         fields.insert("color", if is_blue { "#0000ff" } else { "#ffffff" });
    ///     })
    ///     .await?;
    ///
    /// assert_eq!(user.custom_fields.unwrap().get_as("color")?, Some("#0000ff".to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as those of [`modify`](Self::modify); the service does not say when the user was last changed; the
    /// user changed every time: [`ChangedMeanwhile::of`] returns that.
    pub async fn modify_if_unchanged<F>(&self, user: &UserId, mut change: F) -> Result<User>
    where
        F: FnMut(&mut User) + Send,
    {
        let mut was_written = false;
        let modified = self.modify_guarded(user, &mut change, &mut was_written).await;
        // What failed after a write may have left it in place.
        modified.map_err(|error| if was_written { Error::after_sending(error) } else { error })
    }

    async fn modify_guarded<F>(
        &self,
        user: &UserId,
        change: &mut F,
        was_written: &mut bool,
    ) -> Result<User>
    where
        F: FnMut(&mut User) + Send,
    {
        let mut read = self.read_with_body(user).await?;
        for _ in 0..MOST_ATTEMPTS {
            let (before, body) = read;
            let mut after = before.clone();
            change(&mut after);
            let changes = changes(&before, &after, &body)?;
            if changes.is_empty() {
                return Ok(before);
            }
            let version = last_modified(&before)?;
            read = self.read_with_body(user).await?;
            if last_modified(&read.0)? != version {
                continue;
            }
            let updated = self.write_all(&before, user, &changes).await?;
            *was_written = true;
            if !others_changed(&before, &updated, &changes) {
                return Ok(updated);
            }
            read = self.read_with_body(user).await?;
        }
        Err(Error::before_sending(ChangedMeanwhile { was_written: *was_written }))
    }
}

fn last_modified(user: &User) -> Result<&Timestamp> {
    let time = user.meta.as_ref().and_then(|meta| meta.last_modified.as_ref());
    time.ok_or_else(|| DecodeError::new("meta.lastModified", "a value").into_error(&GET))
}

/// Whether fields differ that the changes do not name and that do not follow from others.
fn others_changed(before: &User, updated: &User, changes: &Changes) -> bool {
    let (before, updated) = (fields(before), fields(updated));
    let follows = |name: &str| match name {
        "locale" => changes.get("preferredLanguage").is_some(),
        "preferredLanguage" => changes.get("locale").is_some(),
        "customerGroupInfo" => true,
        _ => User::READ_ONLY_FIELDS.contains(&name),
    };
    let mut names = before.keys().chain(updated.keys());
    names.any(|name| {
        changes.get(name).is_none() && !follows(name) && before.get(name) != updated.get(name)
    })
}

/// Someone else changed the user each time that it was to be modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedMeanwhile {
    was_written: bool,
}

impl ChangedMeanwhile {
    /// Returns it, if an error of [`Users::modify_if_unchanged`] is due to it.
    ///
    /// [`Error::may_have_been_applied`] tells whether the modification was written nevertheless.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example(users: trivore_users::Users) {
    /// use trivore_users::ChangedMeanwhile;
    ///
    /// let lock = |user: &mut trivore_models::User| user.locked = Some(true);
    /// let result = users.modify_if_unchanged(&"1".into(), lock).await;
    /// if result.is_err_and(|error| ChangedMeanwhile::of(&error).is_some()) {
    ///     // Try again later.
    /// }
    /// # }
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for ChangedMeanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.was_written {
            "the user was modified, but someone else changed it at the same time"
        } else {
            "someone else changed the user each time before it was to be modified"
        })
    }
}

impl std::error::Error for ChangedMeanwhile {}

const MOST_ATTEMPTS: usize = 5;
