//! Accounts: list, create, read, change and delete.

use serde::Serialize;
use trivore_models::{Changes, Page, PageRequest, Password, User, UserId};
use trivore_transport::{
    BoxError, Call, CheckReport, DecodeError, Error, Operation, ResponseShape, Result, Safety,
};

use crate::page_rows::{Rows, Unreadable};
use crate::users::{with_body, writable};
use crate::{PasswordGenerator, Users};

/// A new account and its password.
///
/// The service never returns a password, so this is the only place to read a generated one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreatedUser {
    /// Identifier of the account; a response without one is an error.
    pub id: UserId,
    /// The account as the service created it.
    pub user: User,
    /// The password that you set or that was generated.
    pub password: Password,
}

impl Users {
    /// Reads one page of the users that match a filter.
    ///
    /// To read all pages, use [`Users::pages`] or [`Users::items`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{Filter, PageRequest};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # sandbox.add_user(serde_json::json!({"username": "maija", "locale": "fi"}))?;
    /// let finnish = Filter::eq("nsCode", "sandbox").and(Filter::eq("locale", "fi"));
    /// let page = users.list(&PageRequest::new().count(50).filter(finnish)).await?;
    ///
    /// assert_eq!(page.total_results, Some(1));
    /// assert_eq!(page.resources[0].username.as_deref(), Some("maija"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The request asks for more than 500 users or has an invalid filter; the client
    /// lacks the permission `ACCOUNT_VIEW` (documented).
    pub async fn list(&self, request: &PageRequest) -> Result<Page<User>> {
        self.list_rows(request, Unreadable::Fails).await.map(|rows| rows.page)
    }

    pub(crate) async fn list_rows(
        &self,
        request: &PageRequest,
        rule: Unreadable,
    ) -> Result<Rows<User>> {
        self.send_paged(Call::of(&LIST, &[]), request, rule).await
    }

    /// Checks step by step whether the service can be used, and reports what to do if it cannot.
    ///
    /// It checks the name, the address, TLS, the clock, the credentials, the permission
    /// `ACCOUNT_VIEW` and the API, by a connection of its own and by reading one user. See
    /// [`Client::check`](trivore_transport::Client::check).
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
    /// let report = users.check().await;
    ///
    /// println!("{report}");
    /// assert!(report.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self) -> CheckReport {
        let call = Call::<Page<User>>::of(&LIST, &[]).query("startIndex", "0").query("count", "1");
        self.client.check(call).await
    }

    /// Creates a user, with a generated password unless you set one.
    ///
    /// A user without `namespace_code` is created in the client's primary namespace (documented).
    /// [Read-only fields](User::READ_ONLY_FIELDS) are never sent.
    ///
    /// A generated password has 15 random characters. If the namespace requires more, generate
    /// one with [`PasswordGenerator`] and set it. A generated password is lost if the call fails;
    /// if you need to recover after [`Error::may_have_been_applied`], set the password yourself.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::{EmailAddress, User};
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// user.emails = Some(vec![EmailAddress::new("maija@example.com").tag("work")]);
    /// let created = users.create(&user).await?;
    ///
    /// assert!(created.user.id.is_some());
    /// assert_eq!(created.password.expose().len(), 15);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A call is not retried if the server may have created the user. [`Users::create_once`] looks
    /// the user up in this case, and creates it again if it is not there.
    ///
    /// # Errors
    ///
    /// The username is taken, or the namespace's rules reject the user or the password; the user is
    /// not [valid](User::validate), has `email`, which is read-only, without `emails`, has only
    /// read-only fields, or has its username or password in `extra`.
    pub async fn create(&self, user: &User) -> Result<CreatedUser> {
        let password = match &user.password {
            Some(password) => password.clone(),
            None => generated_password(user)?,
        };
        self.create_with(user, password).await
    }

    /// Creates a user after its generated password was kept.
    ///
    /// `keep` gets the password before the request is sent. So there is never an account whose
    /// password nobody has, even if the process ends while the request is under way. If `keep`
    /// fails, nothing is sent. It is not called if you set a password.
    ///
    /// If the outcome is unknown and you call it again, `keep` gets another password. Keep both:
    /// if the first request was applied after all, the second one fails, and the account has the
    /// first password.
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// let (sender, mut letters) = tokio::sync::mpsc::unbounded_channel();
    /// let mut user = User::new();
    /// user.username = Some("maija".to_owned());
    /// let created = users
    ///     .create_keeping_password(&user, |password| async move { sender.send(password) })
    ///     .await?;
    ///
    /// assert_eq!(letters.try_recv()?, created.password);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `keep` fails; [`Error::get_ref`] returns its error. Otherwise, those of
    /// [`create`](Self::create).
    pub async fn create_keeping_password<K, E>(
        &self,
        user: &User,
        keep: impl FnOnce(Password) -> K,
    ) -> Result<CreatedUser>
    where
        K: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        if user.password.is_some() {
            return self.create(user).await;
        }
        creatable(user)?;
        let password = generated_password(user)?;
        keep(password.clone()).await.map_err(Error::before_sending)?;
        self.create_with(user, password).await
    }

    /// Creates a user that [`creatable`] has checked, or returns its error as
    /// [`create`](Self::create) does.
    pub(crate) async fn create_checked(&self, user: Result<Box<User>>) -> Result<CreatedUser> {
        let mut user = match user {
            Ok(user) => user,
            Err(error) => {
                return self.create_body(&CREATE, Err::<User, _>(error), Password::from("")).await;
            }
        };
        let password = match &user.password {
            Some(password) => password.clone(),
            None => generated_password(&user)?,
        };
        user.password = Some(password.clone());
        self.create_body(creation(&user), Ok(user), password).await
    }

    async fn create_with(&self, user: &User, password: Password) -> Result<CreatedUser> {
        let operation = creation(user);
        let body = creatable(user).map(|mut body| {
            body.password = Some(password.clone());
            body
        });
        self.create_body(operation, body, password).await
    }

    async fn create_body(
        &self,
        operation: &'static Operation,
        body: Result<impl Serialize>,
        password: Password,
    ) -> Result<CreatedUser> {
        let user: User = self.client.send(with_body(Call::of(operation, &[]), body)).await?;
        let id = user.id.clone();
        let id = id.ok_or_else(|| DecodeError::new("id", "a value").into_error(operation))?;
        Ok(CreatedUser { id, user, password })
    }

    /// Reads a user.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// let user = users.get(&id).await?;
    /// assert_eq!(user.username.as_deref(), Some("maija"));
    ///
    /// let error = users.get(&"5b0cfba4e2bb230ff8b535e6".into()).await.unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn get(&self, user: &UserId) -> Result<User> {
        self.client.send(Call::of(&GET, &[user.as_str()])).await
    }

    /// Writes the fields of a user that are set, and leaves the others unchanged.
    ///
    /// Use it if you know the new values: it does not read the user first, and cannot clear a
    /// field. To edit a user, use [`Users::modify`].
    ///
    /// A field that is `None` is not sent, and the service keeps its value (inferred from
    /// production use; the service itself calls the operation "replace"). A list that is sent
    /// replaces the whole list (documented). [Read-only fields](User::READ_ONLY_FIELDS) are left
    /// out. To clear a field, use [`Users::modify`] or [`Users::apply`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::User;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"nickName": "Maikki"}))?.into();
    /// let mut changed = User::new();
    /// changed.locale = Some("fi".to_owned());
    /// let user = users.update(&id, &changed).await?;
    ///
    /// assert_eq!(user.locale.as_deref(), Some("fi"));
    /// assert_eq!(user.nick_name.as_deref(), Some("Maikki")); // not sent, so unchanged
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `changed` has a password (use [`Users::change_password`]), `email` without `emails`, or only
    /// read-only fields, or is not [valid](User::validate); no user has this identifier; the
    /// namespace's rules reject a value.
    pub async fn update(&self, user: &UserId, changed: &User) -> Result<User> {
        let call = Call::of(&UPDATE, &[user.as_str()]);
        self.client.send(with_body(call, updatable(changed))).await
    }

    /// Writes only the given fields of a user, and clears those given as `null`.
    ///
    /// That `null` clears a field is inferred.
    ///
    /// The stored user is not read, so what the changes contain must be within the documented
    /// limits. To repair a stored user that exceeds one, use [`Users::modify`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trivore_models::Changes;
    ///
    /// # use trivore_transport::{Client, Credentials};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = trivore_sandbox::Sandbox::start().await?;
    /// # let key = Credentials::basic(sandbox.client_id(), sandbox.client_secret());
    /// # let client = Client::builder(sandbox.url()).credentials(key).service(sandbox.service());
    /// # let users = trivore_users::Users::new(client.build()?);
    /// # let id = sandbox.add_user(serde_json::json!({"nickName": "Maikki"}))?.into();
    /// let changes = Changes::new().set("locale", "fi")?.clear("nickName");
    /// let user = users.apply(&id, &changes).await?;
    ///
    /// assert_eq!(user.locale.as_deref(), Some("fi"));
    /// assert_eq!(user.nick_name, None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier, or the namespace's rules reject a value; the changes are not
    /// [valid](Changes::validate), or include a password (use [`Users::change_password`]).
    pub async fn apply(&self, user: &UserId, changes: &Changes) -> Result<User> {
        let call = Call::of(&UPDATE, &[user.as_str()]).check(applicable(changes));
        self.client.send(call.json(changes)).await
    }

    /// Deletes a user.
    ///
    /// Depending on the installation's configuration, the service removes the account immediately
    /// or marks it as deleted first (documented). If a retry gets a 404 after an attempt that may
    /// have been applied, the call succeeds, because the user is gone.
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
    /// # let id = sandbox.add_user(serde_json::json!({"username": "maija"}))?.into();
    /// users.delete(&id).await?;
    ///
    /// assert!(users.get(&id).await.is_err_and(|error| error.is_not_found()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// No user has this identifier.
    pub async fn delete(&self, user: &UserId) -> Result<()> {
        self.client.execute(Call::of(&DELETE, &[user.as_str()])).await
    }
}

/// Returns the operation that creates a user.
fn creation(user: &User) -> &'static Operation {
    if user.username.is_some() { &CREATE_NAMED } else { &CREATE }
}

/// Avoids the username, which the service may forbid in a password.
pub(crate) fn generated_password(user: &User) -> Result<Password> {
    let name = user.username.as_deref().unwrap_or_default();
    PasswordGenerator::new().avoiding(name).generate()
}

/// Checks a new user and returns it without its read-only fields.
pub(crate) fn creatable(user: &User) -> Result<User> {
    for field in ["password", "username"] {
        if user.extra.get(field).is_some() {
            return Err(Error::input(format!(
                "`{field}` belongs into its field, not into `extra`"
            )));
        }
    }
    sendable(user)
}

/// Checks the changed fields of a user and returns them without the read-only ones.
pub(crate) fn updatable(user: &User) -> Result<User> {
    if user.password.is_some() || user.extra.get("password").is_some() {
        return Err(Error::input("`update` cannot change a password; use `change_password`"));
    }
    sendable(user)
}

fn sendable(user: &User) -> Result<User> {
    let has = |is_set: bool, field| is_set || user.extra.get(field).is_some();
    // Beside `emails`, it is what was read before.
    if has(user.email.is_some(), "email") && !has(user.emails.is_some(), "emails") {
        return Err(Error::input(
            "`email` is read-only and follows the first address of `emails`; change `emails`",
        ));
    }
    user.validate().map_err(Error::input)?;
    writable(user, User::without_read_only_fields)
}

fn applicable(changes: &Changes) -> Result<()> {
    if changes.get("password").is_some() {
        return Err(Error::input("`apply` cannot change a password; use `change_password`"));
    }
    changes.validate().map_err(Error::input)
}

/// The type of a page requires its members, so the operation names none.
pub(crate) static LIST: Operation = Operation::get("users.list", "/api/rest/v1/user");
static CREATE: Operation =
    Operation::post("users.create", "/api/rest/v1/user", Safety::NotIdempotent)
        .returns(ResponseShape::Member("id"));
/// A username is unique in its namespace, so that the user can be looked up after an unknown
/// outcome.
static CREATE_NAMED: Operation =
    Operation::post("users.create_named", "/api/rest/v1/user", Safety::Reconcilable)
        .returns(ResponseShape::Member("id"));
pub(crate) static GET: Operation =
    Operation::get("users.get", "/api/rest/v1/user/{userId}").returns(ResponseShape::Member("id"));
pub(crate) static UPDATE: Operation =
    Operation::put("users.update", "/api/rest/v1/user/{userId}", Safety::Idempotent)
        .returns(ResponseShape::Member("id"));
static DELETE: Operation =
    Operation::delete("users.delete", "/api/rest/v1/user/{userId}", Safety::IdempotentDelete)
        .returns(ResponseShape::NoError);

pub(crate) const OPERATIONS: &[&Operation] =
    &[&LIST, &CREATE, &CREATE_NAMED, &GET, &UPDATE, &DELETE];
