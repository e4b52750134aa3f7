//! Reads a user, changes it, and writes only the changed fields.

use std::fmt;

use trivore_models::{Changes, User, UserId};
use trivore_transport::{Call, DecodeError, Error, Result, decode_json};

use crate::Users;
use crate::accounts::{GET, UPDATE};

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
    /// `change` sets a password (use [`Users::change_password`]), edits a read-only field, or makes
    /// the user exceed a limit more than before; no user has this identifier; the namespace's rules
    /// reject a value. If the change was applied only in part,
    /// [`IncompleteChange::of`] returns what is left.
    pub async fn modify<F>(&self, user: &UserId, change: F) -> Result<User>
    where
        F: FnOnce(&mut User) + Send,
    {
        let (before, body) = self.read_with_body(user).await?;
        let mut after = before.clone();
        change(&mut after);
        let changes = changes(&before, &after, &body)?;
        if changes.is_empty() {
            return Ok(before);
        }
        self.write_all(&before, user, &changes).await
    }

    pub(crate) async fn read_with_body(&self, user: &UserId) -> Result<(User, Vec<u8>)> {
        let (user, body) = self.client.send_with_body(Call::of(&GET, &[user.as_str()])).await?;
        Ok((user, body.to_vec()))
    }

    /// Writes changes that were checked, and clears members that are still there after that.
    pub(crate) async fn write_all(
        &self,
        before: &User,
        user: &UserId,
        changes: &Changes,
    ) -> Result<User> {
        let (updated, body) = self.write(before, user, changes).await?;
        let remaining = changes
            .remaining_as_received(before, &updated, str::from_utf8(&body).unwrap_or_default())
            .map_err(Error::after_sending)?;
        let Some(with_nulls) = remaining.with_nulls() else {
            return complete(updated, remaining.pointers().to_vec(), None);
        };
        let cleared = match self.write(before, user, with_nulls).await {
            Ok((cleared, _)) => cleared,
            Err(error) => return complete(updated, remaining.pointers().to_vec(), Some(error)),
        };
        let remaining = changes.remaining(before, &cleared).map_err(Error::after_sending)?;
        complete(cleared, remaining.pointers().to_vec(), None)
    }

    /// Sends changes that were checked, and checks that the response has the user that was read.
    async fn write(
        &self,
        before: &User,
        user: &UserId,
        changes: &Changes,
    ) -> Result<(User, Vec<u8>)> {
        let call = Call::of(&UPDATE, &[user.as_str()]).json(changes);
        let (updated, body): (User, _) = self.client.send_with_body(call).await?;
        if before.id == updated.id {
            return Ok((updated, body.to_vec()));
        }
        Err(DecodeError::new("id", "the user that was read").into_error(&UPDATE))
    }
}

/// Computes what changed, and checks it.
pub(crate) fn changes(before: &User, after: &User, body: &[u8]) -> Result<Changes> {
    let no_password = || Error::input("`modify` cannot change a password; use `change_password`");
    if after.password.is_some() {
        return Err(no_password());
    }
    after.validate_change(before).map_err(Error::input)?;
    if let Some(field) = edited_read_only_field(before, after) {
        let named = Changes::new().clear(field);
        return named.validate().map(|()| named).map_err(Error::input);
    }
    let body = str::from_utf8(body).unwrap_or_default();
    let changes = Changes::between_as_received(before, after, body).map_err(Error::input)?;
    // `extra` may hold anything, also under the name of a field, and of another type.
    match changes.apply_to(before) {
        Ok(typed) if typed.password.is_some() => Err(no_password()),
        Ok(_) => Ok(changes),
        Err(error) if error.is_mistyped() => {
            let json = serde_json::to_vec(&changes).unwrap_or_default();
            let error = decode_json::<User>(&json).err();
            let path = error.as_ref().map_or(".", DecodeError::path);
            let expected = error.as_ref().and_then(DecodeError::expected).unwrap_or("another type");
            Err(Error::input(format!("the changed user at {path}: expected {expected}")))
        }
        Err(error) => Err(Error::input(error)),
    }
}

fn edited_read_only_field(before: &User, after: &User) -> Option<&'static str> {
    let fields = [
        ("email", before.email != after.email),
        ("id", before.id != after.id),
        ("meta", before.meta != after.meta),
        ("strongIdentification", before.strong_identification != after.strong_identification),
    ];
    let mut fields = fields.into_iter();
    fields
        .find(|(name, is_edited)| *is_edited || after.extra.get(name).is_some())
        .map(|(name, _)| name)
}

fn complete(user: User, pointers: Vec<String>, error: Option<Error>) -> Result<User> {
    if pointers.is_empty() && error.is_none() {
        return Ok(user);
    }
    Err(Error::after_sending(IncompleteChange { user, pointers, error }))
}

/// A change was applied only in part: the service still has members that it was to remove.
///
/// All other parts of the change were applied. [`Error::may_have_been_applied`] is true.
///
/// `Display` and `Debug` show no names: applications may make them of personal data.
///
/// ```no_run
/// # async fn example(users: trivore_users::Users) -> trivore_transport::Result<()> {
/// use trivore_users::IncompleteChange;
///
/// let id = "5b0cfba4e2bb230ff8b535e6".into();
/// let result = users
///     .modify(&id, |user| {
///         user.custom_fields.get_or_insert_default().remove("old");
///     })
///     .await;
///
/// if let Err(error) = &result
///     && let Some(incomplete) = IncompleteChange::of(error)
/// {
///     assert_eq!(incomplete.pointers(), ["/customFields/old"]);
/// }
/// # result.map(drop)
/// # }
/// ```
pub struct IncompleteChange {
    user: User,
    pointers: Vec<String>,
    error: Option<Error>,
}

impl IncompleteChange {
    /// Returns it, if an error of [`Users::modify`] is due to an incomplete change.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::IncompleteChange;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let user = r#"{"id": "1", "customFields": {"old": 1}}"#;
    /// #     Ok::<_, BoxError>(Response::new(user.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// # let change = |user: &mut trivore_models::User| user.custom_fields = Some(Default::default());
    /// // This service keeps custom fields, whatever it is sent.
    /// let error = users.modify(&"1".into(), change).await.unwrap_err();
    ///
    /// assert!(IncompleteChange::of(&error).is_some());
    /// assert!(error.may_have_been_applied());
    /// # }
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Returns the user as in the service's last response.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::IncompleteChange;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let user = r#"{"id": "1", "customFields": {"old": 1}}"#;
    /// #     Ok::<_, BoxError>(Response::new(user.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// # let change = |user: &mut trivore_models::User| user.custom_fields = Some(Default::default());
    /// let error = users.modify(&"1".into(), change).await.unwrap_err();
    /// let incomplete = IncompleteChange::of(&error).expect("the field is still there");
    ///
    /// assert_eq!(incomplete.user().id, Some("1".into()));
    /// # }
    /// ```
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Returns the JSON pointers (RFC 6901) of what the service was to remove and still has.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::IncompleteChange;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let user = r#"{"id": "1", "customFields": {"old": 1}}"#;
    /// #     Ok::<_, BoxError>(Response::new(user.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// # let change = |user: &mut trivore_models::User| user.custom_fields = Some(Default::default());
    /// let error = users.modify(&"1".into(), change).await.unwrap_err();
    /// let incomplete = IncompleteChange::of(&error).expect("the field is still there");
    ///
    /// assert_eq!(incomplete.pointers(), ["/customFields/old"]);
    /// # }
    /// ```
    pub fn pointers(&self) -> &[String] {
        &self.pointers
    }

    /// Returns why the second request failed; `None` if the service accepted all requests.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_users::IncompleteChange;
    ///
    /// # use http::{Request, Response};
    /// # use trivore_transport::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let service = tower::service_fn(async |_: Request<Body>| {
    /// #     let user = r#"{"id": "1", "customFields": {"old": 1}}"#;
    /// #     Ok::<_, BoxError>(Response::new(user.to_owned()))
    /// # });
    /// # let users = trivore_users::Users::new(Client::new(service));
    /// # let change = |user: &mut trivore_models::User| user.custom_fields = Some(Default::default());
    /// let error = users.modify(&"1".into(), change).await.unwrap_err();
    /// let incomplete = IncompleteChange::of(&error).expect("the field is still there");
    ///
    /// // The second request succeeded, but had no effect.
    /// assert!(incomplete.error().is_none());
    /// # }
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}

impl fmt::Debug for IncompleteChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteChange")
            .field("remaining", &self.pointers.len())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for IncompleteChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.pointers.len();
        write!(f, "the change was applied in part: {count} removed members are still there")
    }
}

/// The source is why the second request failed.
impl std::error::Error for IncompleteChange {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
