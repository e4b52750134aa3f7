//! Modifies a user unless someone else changed it meanwhile.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use trivore_models::{Changes, Timestamp, User, UserId};
use trivore_transport::{DecodeError, Error, Result};

use crate::Users;
use crate::accounts::GET;
use crate::modify::{IncompleteChange, changes};
use crate::users::fields;

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
    /// The same as those of [`modify`](Self::modify); the service does not say when the user was
    /// last changed; someone else changed the user every time, or changed an edited field after the
    /// write: [`ChangedMeanwhile::of`] returns that.
    pub async fn modify_if_unchanged<F>(&self, user: &UserId, mut change: F) -> Result<User>
    where
        F: FnMut(&mut User) + Send,
    {
        let mut was_written = false;
        let modified = self.modify_guarded(user, &mut change, &mut was_written).await;
        modified.map_err(|error| match ChangedMeanwhile::of(&error) {
            Some(changed) if was_written => Error::after_sending(*changed),
            // What failed after a write may have left it in place.
            None if was_written && !error.may_have_been_applied() => Error::after_sending(error),
            _ => error,
        })
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
        let mut written = WrittenEdit::default();
        for _ in 0..MOST_ATTEMPTS {
            let (current, body) = read;
            let before = written.undone(&current)?;
            let mut after = before.clone();
            change(&mut after);
            let changes = changes(&current, &after, &body)?;
            if changes.is_empty() {
                return Ok(current);
            }
            let version = last_modified(&current)?;
            read = self.read_with_body(user).await?;
            if last_modified(&read.0)? != version {
                continue;
            }
            let updated = match self.write_all(&current, user, &changes).await {
                Ok(updated) => updated,
                Err(error) => self.written_after_all(&current, &changes, error).await?,
            };
            *was_written = true;
            if !others_changed(&current, &updated, &changes) {
                return Ok(updated);
            }
            written.note(&before, &changes, &updated);
            read = self.read_with_body(user).await?;
        }
        Err(Error::before_sending(ChangedMeanwhile { was_written: *was_written }))
    }

    /// Reads the user after a write whose outcome is unknown; returns it if it has what was written,
    /// and otherwise the error of the write.
    async fn written_after_all(
        &self,
        before: &User,
        changes: &Changes,
        error: Error,
    ) -> Result<User> {
        let is_unknown = error.may_have_been_applied() && IncompleteChange::of(&error).is_none();
        let Some(id) = before.id.as_ref().filter(|_| is_unknown) else { return Err(error) };
        let (Ok(stored), Ok(wanted)) = (self.get(id).await, changes.apply_to(before)) else {
            return Err(error);
        };
        let is_newer = last_modified(&stored).ok() != last_modified(before).ok();
        let (stored_fields, wanted) = (fields(&stored), fields(&wanted));
        let is_written = changes.fields().all(|name| stored_fields.get(name) == wanted.get(name));
        if is_newer && is_written { Ok(stored) } else { Err(error) }
    }
}

/// The fields that were written, before and after.
#[derive(Default)]
struct WrittenEdit(BTreeMap<String, WrittenField>);

/// The values of a field; `None` if it was absent.
struct WrittenField {
    before: Option<Value>,
    after: Option<Value>,
}

impl WrittenEdit {
    /// Notes a write: of which user without the edit, and what the service made of it.
    ///
    /// Fields of earlier writes keep what was noted then: what they have now may be of someone else.
    fn note(&mut self, before: &User, changes: &Changes, updated: &User) {
        let (before, updated) = (fields(before), fields(updated));
        for name in changes.fields() {
            let (before, after) = (before.get(name).cloned(), updated.get(name).cloned());
            self.0.insert(name.to_owned(), WrittenField { before, after });
        }
    }

    /// Returns the user as if nothing had been written; an error if someone else has changed one of
    /// the fields since.
    fn undone(&self, current: &User) -> Result<User> {
        if self.0.is_empty() {
            return Ok(current.clone());
        }
        let mut fields = fields(current);
        for (name, WrittenField { before, after }) in &self.0 {
            if fields.get(name) != after.as_ref() {
                return Err(Error::before_sending(ChangedMeanwhile { was_written: true }));
            }
            match before {
                Some(before) => drop(fields.insert(name.clone(), before.clone())),
                None => drop(fields.remove(name)),
            }
        }
        serde_json::from_value(Value::Object(fields)).map_err(|_quoting| {
            DecodeError::new(".", "the user that was read before").into_error(&GET)
        })
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

/// Someone else changed the user while it was to be modified.
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
